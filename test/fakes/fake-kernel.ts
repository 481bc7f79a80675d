import type { Clock } from '#drivers/clock/clock.ts';

/** The signals that fakes know. */
export type FakeSignal = 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP';

/** How a process ended. */
export type FakeEnd = { readonly status: number } | { readonly signal: FakeSignal };

/** One process, alive (`S`) or waiting to be reaped (`Z`). */
export type FakeProcess = {
  readonly pid: number;
  readonly startTime: number;
  ppid: number;
  state: 'S' | 'Z';
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cpuTicks: number;
  childTicks: number;
  readonly ignores: Set<FakeSignal>;
  end?: FakeEnd;
};

const FIRST_PID = 1000;
const TICK_MS = 10;
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 } satisfies Record<FakeSignal, number>;

/** The number of a signal, as wait statuses show it. */
export function signalNumber(name: FakeSignal): number {
  return NUMBERS[name];
}

/** Processes in memory. Pids count up; a process that nobody waits for disappears when it ends. */
export class FakeKernel {
  readonly processes = new Map<number, FakeProcess>();
  /** Called when a process has ended; true keeps it as a zombie until `reap`. */
  readonly onEnd: ((process: FakeProcess) => boolean)[] = [];
  readonly #clock: Clock;
  #nextPid = FIRST_PID;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts a process; pid 1 is the parent unless another is given. */
  spawn(launch: {
    argv: readonly string[];
    env?: Readonly<Record<string, string>>;
    ppid?: number;
    ignores?: readonly FakeSignal[];
  }): FakeProcess {
    const process: FakeProcess = {
      pid: this.#nextPid,
      startTime: 5000 + Math.floor(this.#clock.now().monoMs / TICK_MS),
      ppid: launch.ppid ?? 1,
      state: 'S',
      argv: launch.argv,
      env: launch.env ?? {},
      cpuTicks: 0,
      childTicks: 0,
      ignores: new Set(launch.ignores),
    };
    this.#nextPid += 1;
    this.processes.set(process.pid, process);
    return process;
  }

  /** The live process of that pid. */
  alive(pid: number): FakeProcess | undefined {
    const process = this.processes.get(pid);
    return process?.state === 'S' ? process : undefined;
  }

  /** Sends a signal: a process ends from it unless it ignores it, and SIGKILL can not be ignored. */
  signal(pid: number, name: FakeSignal): void {
    const process = this.alive(pid);
    if (process === undefined || (name !== 'SIGKILL' && process.ignores.has(name))) return;
    this.end(pid, { signal: name });
  }

  /** Ends a process. Its children get pid 1 as their parent. */
  end(pid: number, end: FakeEnd): void {
    const process = this.alive(pid);
    if (process === undefined) return;
    process.state = 'Z';
    process.end = end;
    for (const child of this.processes.values()) if (child.ppid === pid) child.ppid = 1;
    const kept = this.onEnd.map((listen) => listen(process)).includes(true);
    if (!kept) this.reap(pid);
  }

  /** Takes a zombie away; its processor time goes to its parent. */
  reap(pid: number): void {
    const process = this.processes.get(pid);
    if (process?.state !== 'Z') return;
    this.processes.delete(pid);
    const parent = this.alive(process.ppid);
    if (parent !== undefined) parent.childTicks += process.cpuTicks + process.childTicks;
  }
}
