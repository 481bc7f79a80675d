import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again every 20 ms until the answer is neither undefined nor false; fails with `what` after 10 s, however long an answer takes. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadlineMs = performance.now() + 10_000;
  do {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(20);
  } while (performance.now() < deadlineMs);
  throw new Error(`did not happen within 10 s: ${what}`);
}
