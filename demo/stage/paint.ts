/** Colours, or none. */
export type Paint = Record<'good' | 'bad' | 'loud' | 'dim' | 'strong' | 'plain', (text: string) => string>;

/** Colours for a terminal; without colour every text stays as it is. */
export function createPaint(hasColour: boolean): Paint {
  const sgr = (code: string) => (text: string) => (hasColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { good: sgr('32'), bad: sgr('31'), loud: sgr('35'), dim: sgr('2'), strong: sgr('1'), plain: (text) => text };
}

/** Text of a fixed width: cut with an ellipsis, or filled with spaces. */
export function fit(text: string, width: number): string {
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return plain.length > width ? `${plain.slice(0, Math.max(0, width - 1))}…` : plain.padEnd(width);
}

/** A span in seconds with one digit: `3.2 s`. */
export function seconds(spanMs: number): string {
  return `${(spanMs / 1000).toFixed(1)} s`;
}
