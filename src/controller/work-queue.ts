import type { Clock } from '#drivers/clock/clock.ts';

type Entry = {
  state: 'queued' | 'active' | 'again' | 'idle';
  failures: number;
  cancel?: (() => void) | undefined;
  dueMs?: number | undefined;
};

/** What a queue needs: time, and a random number in [0, 1) for jitter. */
export type WorkQueueOptions = {
  readonly clock: Clock;
  readonly random: () => number;
  /** How many keys of a lane are worked on at once. */
  readonly lanes: Readonly<Record<string, number>>;
  readonly laneOf: (key: string) => string;
  readonly work: (key: string) => Promise<void>;
};

const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 60_000;

/**
 * A queue of keys: each waits at most once and is worked on by at most one worker. A key that is added while it is
 * worked on comes again afterwards. Lanes keep slow kinds from holding up agents.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Map<string, string[]>();
  readonly #active = new Map<string, number>();
  #isClosed = false;
  #idle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Wants the key to be looked at now. */
  add(key: string): void {
    if (this.#isClosed) return;
    const entry = this.#entry(key);
    entry.cancel?.();
    entry.cancel = undefined;
    entry.dueMs = undefined;
    if (entry.state === 'active') entry.state = 'again';
    if (entry.state !== 'idle') return;
    entry.state = 'queued';
    const lane = this.#options.laneOf(key);
    this.#waiting.set(lane, [...(this.#waiting.get(lane) ?? []), key]);
    this.#pump(lane);
  }

  /** Wants the key to be looked at after a delay; an earlier wish stands. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isClosed) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const entry = this.#entry(key);
    if (entry.state === 'queued' || entry.state === 'again') return;
    const dueMs = this.#options.clock.now().monoMs + delayMs;
    if (entry.dueMs !== undefined && entry.dueMs <= dueMs) return;
    entry.cancel?.();
    entry.dueMs = dueMs;
    entry.cancel = this.#options.clock.after(delayMs, () => {
      entry.dueMs = undefined;
      this.add(key);
    });
  }

  /** Looks again after a growing delay with jitter; answers it in ms. */
  retry(key: string): number {
    const entry = this.#entry(key);
    entry.failures += 1;
    const delayMs =
      Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (entry.failures - 1)) * (0.75 + this.#options.random() / 2);
    this.addAfter(key, delayMs);
    return delayMs;
  }

  /** The key is well: its next retry starts with the shortest delay. */
  forget(key: string): void {
    this.#entry(key).failures = 0;
  }

  /** Takes no more keys and resolves when no worker is at work. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const entry of this.#entries.values()) entry.cancel?.();
    if (this.#activeCount() > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Keys that are due later, with how long from now in ms; for people and tests. */
  pending(): ReadonlyMap<string, number> {
    const now = this.#options.clock.now().monoMs;
    return new Map(
      [...this.#entries].flatMap(([key, { dueMs }]) => (dueMs === undefined ? [] : [[key, dueMs - now] as const])),
    );
  }

  /** True when nothing is queued or worked on. */
  isIdle(): boolean {
    return this.#activeCount() === 0 && [...this.#waiting.values()].every((keys) => keys.length === 0);
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? { state: 'idle' as const, failures: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  #activeCount(): number {
    return [...this.#active.values()].reduce((sum, count) => sum + count, 0);
  }

  #pump(lane: string): void {
    const limit = this.#options.lanes[lane] ?? 1;
    const keys = this.#waiting.get(lane) ?? [];
    while (!this.#isClosed && keys.length > 0 && (this.#active.get(lane) ?? 0) < limit) {
      const key = keys.shift();
      if (key !== undefined) void this.#run(lane, key);
    }
  }

  async #run(lane: string, key: string): Promise<void> {
    const entry = this.#entry(key);
    entry.state = 'active';
    this.#active.set(lane, (this.#active.get(lane) ?? 0) + 1);
    try {
      await this.#options.work(key);
    } finally {
      this.#active.set(lane, (this.#active.get(lane) ?? 1) - 1);
      const isWantedAgain = (entry.state as Entry['state']) === 'again';
      entry.state = 'idle';
      if (isWantedAgain) this.add(key);
      this.#pump(lane);
      if (this.#activeCount() === 0) for (const done of this.#idle.splice(0)) done();
    }
  }
}
