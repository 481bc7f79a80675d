/** Numbers that follow from a seed alone. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** Eight hexadecimal digits. */
  hex(): string;
  /** Another stream of numbers: what is drawn from it does not shift this one. */
  fork(): Random;
  /** The stream of this name, which follows from the seed and the name alone, whatever else was drawn. */
  stream(name: string): Random;
};

/** The stream of numbers of a seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  function between(low: number, high: number): number {
    return low + Math.floor(next() * (high - low + 1));
  }
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    between,
    pick<T>(items: readonly T[]): T {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error('could not pick from an empty list');
      return item;
    },
    hex: () =>
      Math.floor(next() * 0x1_00_00_00_00)
        .toString(16)
        .padStart(8, '0'),
    fork: () => createRandom(Math.floor(next() * 0x1_00_00_00_00)),
    stream: (name) =>
      createRandom([...name].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193), seed)),
  };
}
