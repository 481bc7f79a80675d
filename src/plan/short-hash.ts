/** Eight hex digits that tell texts apart, the same everywhere: FNV-1a, 32 bit (http://www.isthe.com/chongo/tech/comp/fnv/). Not for secrets. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
