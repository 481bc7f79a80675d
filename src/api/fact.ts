/** One observed fact: known, positively absent, or unknown with a reason. Absent needs a positive answer; everything else is unknown. */
export type Fact<T> = Known<T> | Absent | Unknown;

/** A fact that was read: `value` is what the outside said. */
export type Known<T> = { readonly state: 'known'; readonly value: T };

/** A positive answer that the thing does not exist. */
export type Absent = { readonly state: 'absent' };

/** Nothing can be concluded. `reason` is one CamelCase word, `message` a sentence for a person. */
export type Unknown = { readonly state: 'unknown'; readonly reason: string; readonly message: string };

/** The fact that nothing is there, after a positive answer. */
export const ABSENT: Absent = { state: 'absent' };

/** Wraps a value that was read. */
export function known<T>(value: T): Known<T> {
  return { state: 'known', value };
}

/** Says why nothing can be concluded. */
export function unknown(reason: string, message: string): Unknown {
  return { state: 'unknown', reason, message };
}

/** The value of a known fact, otherwise undefined: for code that treats absent and unknown alike on purpose. */
export function valueOf<T>(fact: Fact<T>): T | undefined {
  return fact.state === 'known' ? fact.value : undefined;
}
