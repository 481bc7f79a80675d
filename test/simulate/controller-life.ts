import { ABSENT } from '#api/fact.ts';
import { createHash } from 'node:crypto';

import { Controller, type ControllerOptions } from '#controller/controller.ts';
import { ObjectCache } from '#controller/object-cache.ts';
import type { ReconcileTools } from '#controller/reconcile.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import type { IncusReader, IncusWriter } from '#drivers/incus/incus.ts';
import { ActivityTracker } from '#observe/activity.ts';
import { RepositoryHints } from '#observe/repository-hints.ts';
import { keyOf, type ObjectSet } from '#observe/object-set.ts';
import { clonesOf } from '#observe/observe-repository.ts';
import type { Readers } from '#observe/readers.ts';
import type { Store } from '#store/store.ts';

import { FakeNotify } from '../fakes/fake-notify.ts';
import { gated, SIMULATED, type GateOptions, type Life } from './fault-gate.ts';
import type { Random } from './random.ts';
import { HOME } from './agent-voice.ts';
import { RIG_ID, STATE_DIR, type SimulatedWorld } from './world.ts';

/** What one life of the controller is given. */
export type LifeOptions = {
  readonly world: SimulatedWorld;
  readonly life: Life;
  readonly random: Random;
  readonly gate: Pick<GateOptions, 'rates' | 'die' | 'onWrite'>;
  /** Whether what happens is told at once; timers and the full look find it anyway. */
  readonly losesHints: () => boolean;
};

/** A controller with everything that dies with it. */
export type ControllerLife = { readonly life: Life; readonly controller: Controller; readonly tools: ReconcileTools };

/** Starts a controller on the world: the real pipeline, queue and memory over drivers behind gates. */
export function startLife(options: LifeOptions): ControllerLife {
  const { world, life, random } = options;
  const clock = mortalClock(world.clock, life);
  const tools = connect(options, clock);
  const follow = { run: (): void => undefined };
  const controller = new Controller({
    tools,
    clock,
    random: () => random.next(),
    log: logOf(options),
    onObjects: () => follow.run(),
  });
  follow.run = followSources(options, tools, (keys) => controller.enqueue(keys));
  follow.run();
  void controller.resync();
  return { life, controller, tools };
}

function connect({ world, life, random, gate }: LifeOptions, clock: Clock): ReconcileTools {
  const tell = (text: string): void => world.chronicle.tell(text);
  const at: GateOptions = { life, clock, random, tell, ...gate };
  const store: Store = gated(world.store, 'store', at);
  const tmuxReader = gated(world.host.tmux, 'tmux', at);
  const processReader = gated(world.host.processes, 'process', at);
  const gitReader = gated(world.git.reader, 'git-reader', at);
  const files = gated(world.files, 'files', at);
  const incus: IncusReader & IncusWriter = gated(world.incus, 'incus', at);
  const guest = gated(world.guest, 'guest', at);
  const machine = { guest: { reader: guest, writer: guest }, backups: gated(world.backups, 'backups', at) };
  const cache = new ObjectCache(store);
  const readers: Readers = {
    rig: {
      id: RIG_ID,
      stateDir: STATE_DIR,
      workspace: '/plans',
      environment: { PATH: '/usr/bin', HOME },
      asRoot: false,
    },
    tmux: tmuxReader,
    processes: processReader,
    git: gitReader,
    files,
    evidence: world.evidence.reader,
    boot: { read: async () => ABSENT },
    prober: { tcp: noProbe, http: noProbe, ssh: noProbe },
    incusOf: async () => incus,
    machineOf: async () => ({ guest: machine.guest.reader, backups: machine.backups }),
    signals: gated(world.signals, 'signals', at),
    activity: new ActivityTracker(),
    hints: new RepositoryHints(),
    events: () => store.events(),
    now: () => clock.now(),
    hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 10),
    appliedPrompt: () => undefined,
  };
  const writers = {
    tmux: { reader: tmuxReader, writer: gated(world.host.tmuxWriter, 'tmux', at) },
    processes: { reader: processReader, writer: gated(world.host.processWriter, 'process', at) },
    git: { reader: gitReader, writer: gated(world.git.writer, 'git', at) },
    incusOf: async () => incus,
    machineOf: async () => machine,
    files,
    evidence: world.evidence.writer,
    notify: new FakeNotify(),
    store,
    clock,
  };
  return { readers, writers, load: () => cache.load(), newId: () => random.hex() };
}

async function noProbe(): Promise<{ ok: boolean; message: string }> {
  return { ok: false, message: 'nothing answers' };
}

/** A clock whose timers die with the controller. */
function mortalClock(clock: Clock, life: Life): Clock {
  const startMs = clock.now().monoMs;
  const after = (delayMs: number, fn: () => void): (() => void) =>
    clock.after(delayMs, () => {
      if (!life.isOver) fn();
    });
  return {
    now: () => ({ wallMs: clock.now().wallMs, monoMs: clock.now().monoMs - startMs }),
    after,
    sleep: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
  };
}

function logOf({ world }: LifeOptions): ControllerOptions['log'] {
  const { chronicle } = world;
  const decision = (line: unknown): void => {
    const { key, action, reason, why, result, message } = line as Record<string, string | undefined>;
    if (action === undefined) return;
    const end = result === 'Done' ? '' : ` -> ${result ?? ''}: ${message ?? ''}`;
    chronicle.tell(`decides ${key ?? ''}: ${action} (${reason ?? ''}: ${why ?? ''})${end}`);
  };
  const failed = (line: unknown, said: unknown): void => {
    const { key, error = '' } = line as { key?: string; error?: string };
    chronicle.tell(`error ${key ?? ''}: ${error}`);
    if (!error.includes(SIMULATED)) chronicle.violate(`the controller failed: ${String(said)}: ${error}`);
  };
  // A logger takes its words in many shapes; the controller uses one of them.
  return {
    info: decision,
    warn: decision,
    debug: () => undefined,
    error: failed,
  } as unknown as ControllerOptions['log'];
}

function followSources(
  { world, life, losesHints }: LifeOptions,
  tools: ReconcileTools,
  enqueue: (keys: readonly string[]) => void,
): () => void {
  let objects: ObjectSet | undefined;
  const abort = new AbortController();
  const hint = (keys: () => readonly string[]): void => {
    if (life.isOver) abort.abort();
    else if (!losesHints()) enqueue(keys());
  };
  const all = (kind: 'Agent' | 'VirtualMachine') => () => (objects?.all(kind) ?? []).map(keyOf);
  world.store.watch((keys) => hint(() => keys), abort.signal);
  world.host.tmuxWatcher.watch(() => hint(all('Agent')), abort.signal);
  world.incus.watch('ci', () => hint(all('VirtualMachine')), abort.signal);
  world.host.kernel.onEnd.push(() => {
    world.clock.after(40, () => hint(all('Agent')));
    return false;
  });
  const clones = world.git.watch(() => hint(() => (objects?.all('Repository') ?? []).map(keyOf)));
  abort.signal.addEventListener('abort', () => clones.close());
  return () => {
    void tools.load().then((loaded) => {
      objects = loaded.objects;
      const paths = objects.all('Repository').flatMap((one) => clonesOf(one, loaded.objects));
      clones.set(paths.map((path) => ({ path, branch: 'main' })));
    });
  };
}
