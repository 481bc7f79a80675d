/**
 * True when the text stands in the conversation and not (only) in the box. White space is ignored on both sides, because
 * the terminal wraps lines where it likes.
 */
export function showsAccepted(conversation: readonly string[], draft: string, text: string): boolean {
  const wanted = squeeze(text);
  if (wanted === '' || squeeze(draft).includes(wanted)) return false;
  return squeeze(conversation.join('')).includes(wanted);
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/gu, '');
}
