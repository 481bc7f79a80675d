import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.ts';

/** The machine's clock. Monotonic time is CLOCK_MONOTONIC, which stands still while the host is suspended. */
export function createSystemClock(): Clock {
  return {
    now: () => ({ wallMs: Date.now(), monoMs: performance.now() }),
    after(delayMs, fn) {
      const timer = setTimeout(fn, boundedMs(delayMs));
      timer.unref();
      return () => clearTimeout(timer);
    },
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, boundedMs(delayMs))),
  };
}

/** A timer over 2^31 - 1 ms would fire at once in Node; waking a little early after 24 days is harmless. */
function boundedMs(delayMs: number): number {
  return Math.min(Math.max(delayMs, 0), 2 ** 31 - 1);
}
