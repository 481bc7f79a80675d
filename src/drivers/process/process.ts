import type { Fact } from '#api/fact.ts';

/** One process as the kernel shows it. `pid` with `startTime` is its identity. */
export type ProcessView = {
  readonly pid: number;
  readonly ppid: number;
  /** Field 22 of /proc/PID/stat: clock ticks since boot. */
  readonly startTime: number;
  /** One letter: R S D Z T ... ; Z is gone for every purpose but the exit status. */
  readonly state: string;
  /** User and system time together, in clock ticks. */
  readonly cpuTicks: number;
  /** Unix user; undefined when it could not be told. */
  readonly uid?: number | undefined;
  /** From the environment at exec time: variables whose names start with CCCI_, and those that say where a program keeps its files and which time it tells. */
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
};

/** Activity of a process and all its descendants, for telling quiet from busy. */
export type TreeActivity = {
  /** CPU ticks used by the live tree so far (children that ended are counted through their parents). */
  readonly cpuTicks: number;
  /** Those of the root alone, without its descendants. */
  readonly ownTicks?: number | undefined;
  /** Age of the youngest live descendant, ms; undefined when there is none. */
  readonly youngestAgeMs?: number | undefined;
  /** Pids of live descendants (the root not counted), ascending. */
  readonly descendants: readonly number[];
};

/** How a process ended, by kernel fact: one of the two. */
export type ProcessExit = { readonly status: number } | { readonly signal: number };

/** Looks at processes of this machine. */
export interface ProcessReader {
  /** `absent` when no such process or a zombie; pass `startTime` to ask for exactly that process. */
  read(pid: number, startTime?: number): Promise<Fact<ProcessView>>;
  /** How a process ended that nobody has waited for yet; `absent` when it lives, is waited for, or is not ours to ask. */
  exitOf(pid: number): Promise<Fact<ProcessExit>>;
  /** Own user's live processes whose environment has `CCCI_RIG=rig` (and `CCCI_AGENT=agent`). Unknown when /proc can not be read. */
  find(mark: { rig: string; agent?: string }): Promise<Fact<readonly ProcessView[]>>;
  /** What the process and its descendants are doing. */
  tree(pid: number): Promise<Fact<TreeActivity>>;
}

/** Signals processes. */
export interface ProcessWriter {
  /** Sends the signal when pid still has that start time; otherwise does nothing (it is gone). */
  signal(target: { pid: number; startTime: number }, name: 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP'): Promise<void>;
}

/** Watches pids by kernel fact, so that a death is noticed even when tmux does not say so. */
export interface ProcessWatcher {
  /** Replaces the set of watched processes. `onGone` is called once for each that ends or becomes a zombie, within about `periodMs`. */
  set(targets: readonly { pid: number; startTime: number }[]): void;
  /** Looks now instead of at the end of the period; true when any had ended. */
  look(): boolean;
  close(): void;
}
