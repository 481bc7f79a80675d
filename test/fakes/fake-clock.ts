import type { Clock, Now } from '#drivers/clock/clock.ts';

type Timer = { readonly atMs: number; readonly order: number; readonly fn: () => void };

/** A clock that stands still until it is moved. Timers run in the order of their times, then of their making. */
export class FakeClock implements Clock {
  #monoMs = 0;
  #wallMs: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(startIso = '2026-03-01T10:00:00.000Z') {
    this.#wallMs = Date.parse(startIso);
  }

  now(): Now {
    return { wallMs: this.#wallMs, monoMs: this.#monoMs };
  }

  after(delayMs: number, fn: () => void): () => void {
    const timer = { atMs: this.#monoMs + Math.max(delayMs, 0), order: this.#order, fn };
    this.#order += 1;
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve));
  }

  /** Monotonic time of the next timer, ms; undefined when there is none. */
  get nextTimerMs(): number | undefined {
    return this.#next()?.atMs;
  }

  /** Runs the next timer at its time; false when there is none. Promises it settles have run when the answer is there. */
  async runNext(): Promise<boolean> {
    const timer = this.#next();
    if (timer === undefined) return false;
    this.#timers = this.#timers.filter((each) => each !== timer);
    this.#move(Math.max(timer.atMs - this.#monoMs, 0));
    timer.fn();
    await settle();
    return true;
  }

  /** Moves both times on and runs every timer on the way. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#monoMs + durationMs;
    await settle();
    while ((this.nextTimerMs ?? Infinity) <= endMs) await this.runNext();
    this.#move(endMs - this.#monoMs);
  }

  /** Wall time jumps, monotonic time does not: a clock set by hand, or the host asleep. */
  jumpWall(byMs: number): void {
    this.#wallMs += byMs;
  }

  #next(): Timer | undefined {
    return this.#timers.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  }

  #move(byMs: number): void {
    this.#monoMs += byMs;
    this.#wallMs += byMs;
  }
}

/** Lets everything run that waits for nothing but settled promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
