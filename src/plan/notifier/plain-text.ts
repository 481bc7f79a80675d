/** Text from outside as harmless plain text: no control or invisible characters, spaces folded, at most `max` characters. */
export function plainText(text: string, max: number): string {
  const plain = text
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}]/gu, '')
    .trim();
  const characters = [...plain];
  return characters.length <= max ? plain : `${characters.slice(0, max - 1).join('')}…`;
}
