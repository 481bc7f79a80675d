/** Wraps a text in a colour, or leaves it as it is. */
export type Paint = Readonly<Record<Style, (text: string) => string>>;

type Style = keyof typeof CODES;

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Colours for a terminal that shows them; without, every text stays as it is. */
export function createPaint(color: boolean): Paint {
  const style = (name: Style) => (text: string) => {
    const [open, close] = CODES[name];
    return color && text !== '' ? `\x1b[${String(open)}m${text}\x1b[${String(close)}m` : text;
  };
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
}
