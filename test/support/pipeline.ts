import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { pino } from 'pino';

import { finalizersOf } from '#act/act-store.ts';
import { validateManifest } from '#api/validate.ts';
import { runController, type RunningController } from '#controller/run-controller.ts';
import { createWorld, type WorldOptions } from '#controller/world.ts';
import { createFileStore } from '#store/file-store.ts';
import { isUnreadable, type JsonObject, type Store, type StoredObject } from '#store/store.ts';

import { watchAgents, type AgentProcess, type AgentWatch } from './agent-watch.ts';
import { createScratchGit, type ScratchGit } from './git.ts';
import { spawnController, type KillableController } from './killable-controller.ts';
import { tellStory, type TestCondition } from './rig-story.ts';
import { startPrivateTmux, type PrivateTmux } from './tmux.ts';

const API_VERSION = 'ccci.dev/v1alpha1';

/** An object as a manifest has it, without `apiVersion`. */
export type TestManifest = { readonly kind: string; readonly name: string; readonly spec: JsonObject };

/** The whole pipeline on a private tmux, scratch git and a state directory of its own. Nothing of it outlives the test. */
export class PipelineRig {
  readonly folder: string;
  readonly stateDir: string;
  readonly tmux: PrivateTmux;
  readonly git: ScratchGit;
  /** Every process of an agent of this rig, from the start of the test on. */
  readonly agents: AgentWatch;
  readonly worldOptions: WorldOptions;
  readonly logFile: string;
  #store: Store;
  #running: RunningController | undefined;
  #child: KillableController | undefined;

  constructor(tmux: PrivateTmux, git: ScratchGit) {
    this.tmux = tmux;
    this.git = git;
    this.folder = tmux.folder;
    this.stateDir = join(tmux.folder, 'state');
    this.logFile = join(tmux.folder, 'controller.log');
    const environment = { ...git.environment, ...tmux.environment };
    this.worldOptions = {
      stateDir: this.stateDir,
      workspace: tmux.folder,
      tmuxSocket: tmux.socketPath,
      tmuxConfig: '/dev/null',
      environment,
      uid: process.getuid?.() ?? 0,
    };
    this.#store = createFileStore(this.stateDir);
    this.agents = watchAgents(tmux.folder);
  }

  /** The store as another process sees it. */
  get store(): Store {
    return this.#store;
  }

  /** Stores valid manifests, as apply does. */
  async apply(...manifests: readonly TestManifest[]): Promise<void> {
    for (const { kind, name, spec } of manifests) {
      const validation = validateManifest({ apiVersion: API_VERSION, kind, metadata: { name }, spec });
      if ('issues' in validation) throw new Error(`${kind}/${name}: ${JSON.stringify(validation.issues)}`);
      const before = await this.#store.get(`${kind}/${name}`);
      const expect = before === undefined || isUnreadable(before) ? 'absent' : before.versions.spec;
      const finalizers = finalizersOf(kind);
      await this.#store.writeSpec({
        ...{ apiVersion: API_VERSION, kind, name, spec, expect, finalizers },
        lastApplied: spec,
      });
    }
  }

  /** Puts a person's order on an object. */
  async order(key: string, operator: JsonObject): Promise<void> {
    const { versions, operator: before = {} } = await this.get(key);
    await this.#store.writeOperator(key, { ...before, ...operator }, versions.operator);
  }

  /** Leaves a message for an agent, as a person's ping does. */
  async ping(agent: string, text: string): Promise<void> {
    const name = `ping-${agent}-${String(performance.now()).replace('.', '-')}`;
    const cause = { kind: 'Ping', from: 'person' };
    const spec = { agentRef: { name: agent }, nonce: name, cause, text, createdAt: new Date().toISOString() };
    await this.#store.writeSpec({ apiVersion: API_VERSION, kind: 'Delivery', name, spec, expect: 'absent' });
  }

  /** The object, which must be there. */
  async get(key: string): Promise<StoredObject> {
    const object = await this.#store.get(key);
    if (object === undefined || isUnreadable(object)) throw new Error(`there is no readable "${key}"`);
    return object;
  }

  /** The object's status; an empty one before the first. */
  async status(key: string): Promise<Record<string, unknown> & { conditions: readonly TestCondition[] }> {
    const object = await this.#store.get(key);
    const status = object === undefined || isUnreadable(object) ? undefined : object.status;
    return { conditions: [], ...status } as never;
  }

  /** One condition, or undefined. */
  async condition(key: string, type: string): Promise<TestCondition | undefined> {
    return (await this.status(key)).conditions.find((one) => one.type === type);
  }

  /** Waits until Ready has this reason, and answers the condition. */
  async ready(key: string, reason: string, limitMs?: number): Promise<TestCondition> {
    return this.until(
      `${key} Ready for ${reason}`,
      async () => {
        const found = await this.condition(key, 'Ready');
        return found?.reason === reason ? found : undefined;
      },
      limitMs,
    );
  }

  /** Waits until the object is Ready as it is stored now, and answers the condition. */
  async settled(key: string, limitMs?: number): Promise<TestCondition> {
    return this.until(
      `${key} is Ready`,
      async () => {
        const { metadata, status } = await this.get(key);
        const found = await this.condition(key, 'Ready');
        return found?.status === 'True' && status?.['observedGeneration'] === metadata.generation && found;
      },
      limitMs,
    );
  }

  /** Asks every 40 ms until the answer is neither undefined nor false; a failure shows what the rig looked like. */
  async until<T>(what: string, ask: () => Promise<T | undefined | false>, limitMs = 20_000): Promise<T> {
    const endMs = performance.now() + limitMs;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      if (performance.now() > endMs)
        throw new Error(`did not happen within ${String(limitMs / 1000)} s: ${what}\n${await this.story()}`);
      await sleep(40);
    }
  }

  /** Starts the controller in this process. */
  async start(): Promise<void> {
    const log = pino({}, pino.destination({ dest: this.logFile, sync: true }));
    this.#running = await runController(createWorld(this.worldOptions), { log, pid: process.pid });
  }

  /** Ends the controller in this process; agents go on. */
  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }

  /** Starts the controller as a process of its own, which may kill itself at a step of its work, or once a status says something. */
  async spawn(killAt = 0, killAtStatus = ''): Promise<KillableController> {
    this.#child = await spawnController(this.worldOptions, { logFile: this.logFile, killAt, killAtStatus });
    return this.#child;
  }

  /** Kills the controller's process with SIGKILL and waits for its end. */
  async kill(): Promise<void> {
    await this.#child?.kill();
    this.#child = undefined;
  }

  /** Takes the state directory away, as somebody's mistake would. */
  async loseState(): Promise<void> {
    await this.#store.close();
    await rm(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
    this.#store = createFileStore(this.stateDir);
  }

  /** What an agent has written down, one line each. */
  async notes(agent: string): Promise<readonly string[]> {
    const text = await readFile(join(this.folder, 'notes', `${agent}.log`), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  /** Waits until the agent has written a line that matches. */
  async noted(agent: string, pattern: RegExp, limitMs?: number): Promise<string> {
    return this.until(
      `${agent} notes ${String(pattern)}`,
      async () => (await this.notes(agent)).find((line) => pattern.test(line)),
      limitMs,
    );
  }

  /** Waits until exactly one process is the agent's own, and answers it. */
  async alive(agent: string, limitMs?: number): Promise<AgentProcess> {
    return this.until(`one live ${agent}`, async () => this.agents.main(agent), limitMs);
  }

  /** Waits until another launch of the agent is its only one and has written down its start; answers its process. */
  async succeeded(agent: string, before: AgentProcess, limitMs?: number): Promise<AgentProcess> {
    const next = await this.until(
      `another ${agent} than ${before.incarnation}`,
      async () => {
        const now = this.agents.main(agent);
        return now !== undefined && now.incarnation !== before.incarnation && now;
      },
      limitMs,
    );
    await this.noted(agent, new RegExp(`^start ${next.incarnation} `));
    return next;
  }

  /** Has the controller of this process look at everything now. */
  async lookAtAll(): Promise<void> {
    await this.#running?.controller.resync();
  }

  /** Lets time pass in which nothing is expected to happen. */
  async passes(forMs: number): Promise<void> {
    await sleep(forMs);
  }

  /** Looks at everything twice more, which a converged rig answers with nothing. */
  async quiet(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await this.lookAtAll();
      await this.until('nothing is queued', async () => this.#running?.controller.isIdle() ?? true);
      await sleep(150);
    }
  }

  /** What a person would look at after a failure. */
  async story(): Promise<string> {
    return tellStory({ store: this.#store, tmux: this.tmux, logFile: this.logFile });
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.agents.close();
    await this.kill();
    await this.stop();
    await this.#store.close();
    await this.tmux.end();
    await this.git.remove();
  }
}

/** Makes a rig with nothing in it; `close` has to be called. */
export async function createRig(): Promise<PipelineRig> {
  const [tmux, git] = [await startPrivateTmux(), await createScratchGit()];
  await mkdir(join(tmux.folder, 'notes'));
  return new PipelineRig(tmux, git);
}

/** Runs a test on a rig of its own; at its end no two launches of one agent may ever have been alive together. */
export async function withRig(work: (rig: PipelineRig) => Promise<void>): Promise<void> {
  const rig = await createRig();
  try {
    await work(rig);
    assert.deepEqual(rig.agents.doubles, []);
    for (const name of await readdir(join(rig.folder, 'notes')))
      if (name.endsWith('.log')) assert.doesNotMatch(await readFile(join(rig.folder, 'notes', name), 'utf8'), /DOUBLE/);
  } finally {
    await rig.close();
  }
}

/** Writes a file into the rig's folder, owner-only, and answers its path. */
export async function writeRigFile(rig: PipelineRig, name: string, text: string): Promise<string> {
  const path = join(rig.folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
