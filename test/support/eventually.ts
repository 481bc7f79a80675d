import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again every 20 ms until the answer is neither undefined nor false; fails with `what` after 10 s. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 20) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(20);
  }
  throw new Error(`did not happen within 10 s: ${what}`);
}
