/** The end of what a program prints: at most `maxBytes` are kept. */
export type TailText = {
  add(chunk: Uint8Array): void;
  /** What is kept, after a line that says how much is not. */
  text(): Buffer;
};

/** An empty one. */
export function createTailText(maxBytes: number): TailText {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let dropped = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      held += chunk.byteLength;
      // Cut seldom: a program that prints a lot would otherwise be copied over and over.
      if (held <= 2 * maxBytes) return;
      const tail = Buffer.concat(chunks).subarray(-maxBytes);
      dropped += held - tail.byteLength;
      held = tail.byteLength;
      chunks = [Buffer.from(tail)];
    },
    text() {
      const all = Buffer.concat(chunks);
      const tail = all.subarray(Math.max(0, all.byteLength - maxBytes));
      const missing = dropped + all.byteLength - tail.byteLength;
      return missing === 0 ? tail : Buffer.concat([Buffer.from(`[${missing} bytes before this are left out]\n`), tail]);
    },
  };
}
