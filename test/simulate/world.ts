import { createFakeGit, type FakeGit } from '../fakes/fake-git.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createFakeEvidence } from '../fakes/fake-evidence.ts';
import { FakeFiles } from '../fakes/fake-files.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { FakeBackups } from '../fakes/fake-backups.ts';
import { FakeGuest } from '../fakes/fake-incus-files.ts';
import { FakeIncus } from '../fakes/fake-incus.ts';
import { FakeSignals } from '../fakes/fake-signals.ts';
import type { FakeLaunch, FakeProgram, FakeTerminal } from '../fakes/fake-tmux-server.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { toIso } from '#api/time.ts';

import { AgentVoice, HOME, type VoicePart } from './agent-voice.ts';
import { Chronicle } from './chronicle.ts';
import { readLaunch } from './launch-file.ts';
import { Ledger } from './ledger.ts';
import { Provider } from './provider.ts';
import { createRandom, type Random } from './random.ts';
import { adversary, builder, type Role, type RoleCase } from './roles.ts';
import { GOOD_HABITS, ScriptedAgent, type Habits } from './scripted-agent.ts';
import { writeManifests, type RigShape } from './rig-shape.ts';

/** Identity of the simulated rig. */
export const RIG_ID = 'simulation1';
/** Its state directory. */
export const STATE_DIR = '/state';

/** Everything that goes on outside the controller: one machine, one remote, one Incus server, two scripted agents. */
export class SimulatedWorld {
  readonly clock = new FakeClock();
  readonly chronicle = new Chronicle(this.clock);
  readonly random: Random;
  readonly provider = new Provider(this.clock);
  readonly host = new FakeHost(this.clock);
  readonly files = new FakeFiles();
  readonly signals = new FakeSignals();
  readonly incus = new FakeIncus(this.clock);
  readonly guest = new FakeGuest(this.incus);
  readonly backups = new FakeBackups(this.clock);
  readonly git: FakeGit;
  readonly evidence = createFakeEvidence();
  readonly ledger: Ledger;
  readonly shape: RigShape;
  /** Every main process that was ever started, by pid. */
  readonly agents = new Map<number, ScriptedAgent>();
  /** What each incarnation has taken: commits by kind and hash, with how often. */
  readonly told = new Map<string, Map<string, number>>();
  /** True once agents may have missed something that nobody tells again: they then look at git whenever they wake. */
  looksByItself = false;
  store: MemoryStore;
  habits: Habits = GOOD_HABITS;
  trouble = 0;
  /** Called when a main process has begun to run. */
  readonly onAgentStart: ((agent: ScriptedAgent) => void)[] = [];
  /** Called with every text that was typed into an agent and sent off. */
  readonly onSubmit: ((agent: ScriptedAgent, text: string) => void)[] = [];
  readonly #roleRandom: Random;
  /** Agents that were told of a message in their inbox and have not read it yet. */
  readonly #toRead = new Set<string>();

  constructor(seed: number, shape: (random: Random) => RigShape) {
    this.random = createRandom(seed);
    this.#roleRandom = this.random.fork();
    this.shape = shape(this.random.fork());
    this.git = createFakeGit({ sleep: (delayMs) => this.clock.sleep(delayMs) });
    this.ledger = new Ledger(this.git, () => this.clock.now().monoMs);
    this.store = this.#newStore();
    this.incus.addProject('ci');
    this.incus.addImage('base', 'f'.repeat(64));
    this.host.environment = { PATH: '/usr/bin', HOME };
    this.host.onStart((terminal, launch) => this.#launched(terminal, launch));
  }

  /** Stores the manifests, as `apply` does. */
  async apply(): Promise<void> {
    await writeManifests(this.store, this.shape, this.ledger.url);
  }

  /** The state directory is deleted: objects, mirrors and launch files are gone, and the manifests are applied again. */
  async loseState(): Promise<void> {
    this.looksByItself = true;
    this.store = this.#newStore();
    this.git.mirrors.clear();
    await this.files.remove(STATE_DIR);
    this.told.clear();
    await this.apply();
  }

  /** The agent that lives in a pane, by its pid. */
  agentAt(pid: number): ScriptedAgent | undefined {
    const agent = this.agents.get(pid);
    return agent !== undefined && this.isAlive(agent) ? agent : undefined;
  }

  /** The live processes of one agent. */
  live(name: string): readonly ScriptedAgent[] {
    return [...this.agents.values()].filter((agent) => agent.part.name === name && this.isAlive(agent));
  }

  isAlive({ part: { terminal } }: ScriptedAgent): boolean {
    return this.host.kernel.alive(terminal.pid)?.startTime === terminal.startTime;
  }

  #refusal({ part }: ScriptedAgent): string | undefined {
    const { limit } = this.provider;
    if (part.backend !== 'claude' || limit === undefined) return undefined;
    return limit.resetText === undefined
      ? "You've hit your session limit"
      : `You've hit your session limit · resets ${limit.resetText}`;
  }

  #newStore(): MemoryStore {
    return new MemoryStore({ now: () => toIso(this.clock.now().wallMs), eventCap: 200 });
  }

  #launched(terminal: FakeTerminal, launch: FakeLaunch): FakeProgram {
    const path = launch.argv[1];
    if (path === undefined || !path.startsWith(STATE_DIR)) return {};
    let agent: ScriptedAgent | undefined;
    // What is typed before anybody reads waits in the terminal.
    const early: ((program: FakeProgram) => void)[] = [];
    const take = (input: (program: FakeProgram) => void): void => {
      if (agent === undefined) early.push(input);
      else input(agent.program);
    };
    // A shell reads the launcher for a moment before it becomes the agent.
    this.clock.after(this.#roleRandom.between(1, 40), () => {
      void this.#exec(terminal, path).then((made) => {
        agent = made;
        if (made !== undefined) early.forEach((input) => input(made.program));
      });
    });
    return {
      onText: (text) => take((program) => program.onText?.(text)),
      onKeys: (keys) => take((program) => program.onKeys?.(keys)),
    };
  }

  async #exec(terminal: FakeTerminal, path: string): Promise<ScriptedAgent | undefined> {
    const script = await this.files.readText(path, 1e9);
    const isThere = this.host.kernel.alive(terminal.pid)?.startTime === terminal.startTime;
    if (script.state !== 'known' || !isThere) {
      terminal.exit(127);
      return undefined;
    }
    const { env, argv } = readLaunch(script.value);
    terminal.exec(argv, env);
    const prompt = await this.files.readText(env['CCCI_PROMPT_FILE'] ?? '', 1e9);
    const agent = this.#makeAgent(terminal, env);
    this.agents.set(terminal.pid, agent);
    this.onAgentStart.forEach((listen) => listen(agent));
    agent.start(prompt.state === 'known' ? prompt.value : '');
    return agent;
  }

  #makeAgent(terminal: FakeTerminal, env: Readonly<Record<string, string>>): ScriptedAgent {
    const { CCCI_AGENT: name = '', CCCI_INCARNATION: incarnation = '', CCCI_PHASE_ID: phaseId = '' } = env;
    const isBuilder = name === 'builder';
    const role: Role = isBuilder ? builder : adversary;
    const workdir = `/work/${name}`;
    const random = this.#roleRandom.fork();
    const at = (): RoleCase => {
      const { ledger, trouble, looksByItself: insists } = this;
      return { ledger, workdir, phaseId, random, trouble, insists };
    };
    const agent: ScriptedAgent = new ScriptedAgent({
      name,
      incarnation,
      phaseId,
      backend: isBuilder ? this.shape.builderBackend : this.shape.adversaryBackend,
      terminal,
      clock: this.clock,
      random,
      habits: () => this.habits,
      voice: this.#voiceOf({ name, incarnation, terminal }),
      refusal: () => this.#refusal(agent),
      isRunning: () => this.isAlive(agent),
      work: () => {
        this.#readMail(name, workdir);
        return role.work(at());
      },
      isLost: () => this.looksByItself || role.isLost(at()),
      hasFolder: () => 'tracking' in (this.git.folders.get(workdir) ?? {}),
      submitted: (text) => this.onSubmit.forEach((listen) => listen(agent, text)),
      heard: (text) => this.#heard(name, incarnation, text),
    });
    return agent;
  }

  #voiceOf(who: Pick<VoicePart, 'name' | 'incarnation' | 'terminal'>): AgentVoice | undefined {
    const backend = who.name === 'builder' ? this.shape.builderBackend : this.shape.adversaryBackend;
    if (backend !== 'claude') return undefined;
    const { signals, clock } = this;
    return new AgentVoice({ ...who, stateDir: STATE_DIR, signals, clock, random: this.#roleRandom.fork() });
  }

  // Whoever was told of a message reads it in its next turn, and takes the file away.
  #readMail(name: string, workdir: string): void {
    const hasMail = this.ledger.entry(this.ledger.head())?.mail.has(name) === true;
    if (this.#toRead.has(name) && hasMail) this.ledger.dropMail(workdir, name);
    this.#toRead.delete(name);
  }

  #heard(name: string, incarnation: string, text: string): void {
    const key = `${name}/${incarnation}`;
    const told = this.told.get(key) ?? new Map<string, number>();
    const matters = [...text.matchAll(/(claim|review)\([^)]*\) ([0-9a-f]{12})/g)];
    for (const [, kind, sha] of matters) {
      const matter = `${kind ?? ''} ${sha ?? ''}`;
      told.set(matter, (told.get(matter) ?? 0) + 1);
    }
    for (const [, sha = ''] of text.matchAll(/-INBOX\.md at commit ([0-9a-f]{12})/g)) {
      const matter = `mail ${this.ledger.entry(sha)?.mail.get(name) ?? ''}`;
      told.set(matter, (told.get(matter) ?? 0) + 1);
      this.#toRead.add(name);
    }
    this.told.set(key, told);
    this.chronicle.tell(`${name} (${incarnation}) hears: ${text.replaceAll('\n', ' ').slice(0, 140)}`);
  }
}
