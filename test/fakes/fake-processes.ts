import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import type { ProcessReader, ProcessView, ProcessWatcher, ProcessWriter } from '#drivers/process/process.ts';
import { signalNumber, type FakeKernel, type FakeProcess } from './fake-kernel.ts';

/** What the fake readers need: the processes, and a failure that makes every reading unknown. */
export type FakeProcessWorld = { readonly kernel: FakeKernel; readonly processFailure: string | undefined };

/** Reads the processes of a fake host. */
export function fakeProcessReader(world: FakeProcessWorld): ProcessReader {
  const factOf = async <T>(read: () => T | undefined): Promise<Fact<T>> => {
    if (world.processFailure !== undefined) return unknown('ProcessesUnreadable', world.processFailure);
    const value = read();
    return value === undefined ? ABSENT : known(value);
  };
  const live = (): readonly FakeProcess[] => [...world.kernel.processes.values()].filter(({ state }) => state === 'S');
  return {
    read: (pid, startTime) =>
      factOf(() => {
        const process = world.kernel.alive(pid);
        const same = startTime === undefined || process?.startTime === startTime;
        return process !== undefined && same ? viewOf(process) : undefined;
      }),
    exitOf: (pid) =>
      factOf(() => {
        const process = world.kernel.processes.get(pid);
        if (process?.state !== 'Z' || process.end === undefined) return undefined;
        return 'status' in process.end ? process.end : { signal: signalNumber(process.end.signal) };
      }),
    find: ({ rig, agent }) =>
      factOf(() => {
        const marked = live().filter(({ env }) => env['CCCI_RIG'] === rig);
        return marked.filter(({ env }) => agent === undefined || env['CCCI_AGENT'] === agent).map(viewOf);
      }),
    tree: (pid) =>
      factOf(() => {
        const root = world.kernel.alive(pid);
        if (root === undefined) return undefined;
        const found = [root];
        for (const each of found) found.push(...live().filter(({ ppid }) => ppid === each.pid));
        return {
          cpuTicks: found.reduce((sum, each) => sum + each.cpuTicks + each.childTicks, 0),
          descendants: found
            .slice(1)
            .map((each) => each.pid)
            .sort((a, b) => a - b),
        };
      }),
  };
}

/** Signals the processes of a fake host. */
export function fakeProcessWriter(world: FakeProcessWorld): ProcessWriter {
  return {
    signal: async ({ pid, startTime }, name) => {
      if (world.kernel.alive(pid)?.startTime === startTime) world.kernel.signal(pid, name);
    },
  };
}

/** Watches the processes of a fake host every `periodMs` of its clock. */
export function fakeProcessWatcher(
  { kernel }: FakeProcessWorld,
  clock: Clock,
  options: { onGone: (target: { pid: number; startTime: number }) => void; periodMs?: number },
): ProcessWatcher {
  let watched: readonly { pid: number; startTime: number }[] = [];
  const told = new Set<string>();
  let cancel: (() => void) | undefined;
  const look = (): boolean => {
    cancel?.();
    cancel = undefined;
    const gone = watched.filter(({ pid, startTime }) => kernel.alive(pid)?.startTime !== startTime);
    watched = watched.filter((target) => !gone.includes(target));
    plan();
    for (const target of gone) {
      told.add(`${target.pid}:${target.startTime}`);
      options.onGone(target);
    }
    return gone.length > 0;
  };
  const plan = (): void => {
    if (watched.length > 0) cancel ??= clock.after(options.periodMs ?? 50, () => void look());
  };
  return {
    set(targets) {
      watched = targets.filter(({ pid, startTime }) => !told.has(`${pid}:${startTime}`));
      plan();
    },
    look,
    close() {
      watched = [];
      cancel?.();
    },
  };
}

function viewOf(process: FakeProcess): ProcessView {
  const { pid, ppid, startTime, state, cpuTicks, argv } = process;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name.startsWith('CCCI_') || name === 'HOME'),
  );
  return { pid, ppid, startTime, state, cpuTicks, env, argv };
}
