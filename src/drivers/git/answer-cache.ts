import type { Fact } from '#api/fact.ts';

/** Remembers answers that can never change, because they are about commits named by hash. */
export interface AnswerCache {
  /** The remembered answer to `key`, or that of `ask`; calls under way are shared, and only known and absent answers are kept. */
  answer<T>(key: string, ask: () => Promise<Fact<T>>): Promise<Fact<T>>;
}

/** A cache that holds about `maxCharacters` in all; the answer used longest ago goes first. */
export function createAnswerCache(maxCharacters: number): AnswerCache {
  const kept = new Map<string, { fact: Fact<unknown>; weight: number }>();
  const underWay = new Map<string, Promise<Fact<unknown>>>();
  let total = 0;
  function drop(key: string): void {
    total -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  }
  function keep(key: string, fact: Fact<unknown>): void {
    drop(key);
    const weight = key.length + weightOf(fact);
    kept.set(key, { fact, weight });
    total += weight;
    for (const oldest of kept.keys()) {
      if (total <= maxCharacters) return;
      drop(oldest);
    }
  }
  return {
    async answer<T>(key: string, ask: () => Promise<Fact<T>>): Promise<Fact<T>> {
      const remembered = kept.get(key)?.fact as Fact<T> | undefined;
      if (remembered !== undefined) {
        keep(key, remembered);
        return remembered;
      }
      const answer = (underWay.get(key) as Promise<Fact<T>> | undefined) ?? ask().finally(() => underWay.delete(key));
      underWay.set(key, answer);
      const fact = await answer;
      if (fact.state !== 'unknown') keep(key, fact);
      return fact;
    },
  };
}

function weightOf(fact: Fact<unknown>): number {
  if (fact.state !== 'known') return 0;
  if (typeof fact.value === 'string') return fact.value.length;
  return Array.isArray(fact.value) ? fact.value.length * COMMIT_CHARACTERS : 0;
}

// About what one commit of a log holds: hash, parents, author, subject.
const COMMIT_CHARACTERS = 300;
