import type { Fact } from '#api/fact.ts';

/** One thing that was said, as it lies in the spool or in a file. */
export type SpoolSignal = {
  readonly event: string;
  /** Epoch ms. */
  readonly atMs: number;
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
};

/** What lies in one spool folder: rare events oldest first, and the newest of each frequent one. */
export type SpoolLog = {
  readonly events: readonly SpoolSignal[];
  readonly latest: Readonly<Record<string, SpoolSignal>>;
};

/**
 * A file to read: a whole JSON object, or the last `maxBytes` of a file of JSON lines. A `*` in its name stands for what is
 * not known of it: the newest that fits is read.
 */
export type FileRequest = { readonly path: string; readonly kind: 'json' | 'jsonl'; readonly maxBytes: number };

/** What a file says: when it changed last, its size, and its object or its last lines. */
export type FileSignal = {
  readonly atMs: number;
  readonly bytes: number;
  readonly value?: Readonly<Record<string, unknown>> | undefined;
  readonly lines?: readonly Readonly<Record<string, unknown>>[] | undefined;
};

/** A sum over the lines of a file that only grows. */
export type TallyRequest<T> = {
  readonly path: string;
  /** Names the way of counting: sums of one way are kept apart from those of another. */
  readonly id: string;
  readonly begin: T;
  readonly add: (sum: T, line: Readonly<Record<string, unknown>>) => T;
};

/** Reads what agents' programs say about themselves. Only what `ownerUid` wrote counts; the rest is ignored with a reason. */
export interface SignalReader {
  /** What lies in a spool folder; absent when there is no such folder. */
  spool(folder: string, ownerUid: number | undefined): Promise<Fact<SpoolLog>>;
  /** What a file says; absent when there is none. */
  file(request: FileRequest, ownerUid: number | undefined): Promise<Fact<FileSignal>>;
  /** Sums up a file of JSON lines; each line is read once. Absent when there is none. */
  tally<T>(request: TallyRequest<T>, ownerUid: number | undefined): Promise<Fact<T>>;
}

/** A folder to listen to, for one key. */
export type WatchedSpool = { readonly key: string; readonly folder: string };

/** Tells when something is said. Hints only: reading finds the same. */
export interface SignalWatcher {
  /** Replaces the set of watched folders. */
  set(spools: readonly WatchedSpool[]): void;
  close(): void;
}
