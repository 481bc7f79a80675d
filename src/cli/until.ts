import type { Store } from '#store/store.ts';

/** Nothing is lost when a hint is: the store is looked at this often anyway. */
const LOOK_MS = 500;

/**
 * Asks after every change of the store until the answer is not undefined; undefined when the time is over or `signal`
 * aborts first.
 */
export async function until<T>(
  store: Store,
  ask: () => Promise<T | undefined>,
  limit: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T | undefined> {
  const ended = new AbortController();
  const signal = limit.signal === undefined ? ended.signal : AbortSignal.any([ended.signal, limit.signal]);
  const deadlineMs = performance.now() + limit.timeoutMs;
  let wake: () => void = () => undefined;
  store.watch(() => wake(), signal);
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => (wake = resolve));
      const answer = await ask();
      if (answer !== undefined) return answer;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0 || signal.aborted) return undefined;
      await pause(changed, Math.min(LOOK_MS, leftMs), signal);
    }
  } finally {
    ended.abort();
  }
}

async function pause(changed: Promise<void>, delayMs: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const timer = new Promise<void>((resolve) => {
    const handle = setTimeout(resolve, delayMs);
    AbortSignal.any([over.signal, signal]).addEventListener('abort', () => {
      clearTimeout(handle);
      resolve();
    });
  });
  await Promise.race([changed, timer]);
  over.abort();
}
