/** What a program says itself about a message that was typed: it works on it, or keeps it until its turn is over. */
export type Acceptance = 'Taken' | 'Queued';

/** A nonce as it stands at the beginning of a typed message. */
export function asNonce(nonce: string): string {
  return `[ccci ${nonce}]`;
}
