/**
 * A piece of the conversation. Terminal interfaces put their own marks into the first column and indent what the model,
 * a tool or a person wrote, so a block is one line in the first column and the indented lines below it.
 */
export type ScreenBlock = {
  /** The line in the first column; empty for text whose first line has scrolled away. */
  readonly head: string;
  /** The indented lines below, empty ones included. */
  readonly rest: readonly string[];
};

/** Cuts lines into blocks. Nothing is lost: heads and rests together are the non-empty input. */
export function splitBlocks(lines: readonly string[]): ScreenBlock[] {
  const blocks: { head: string; rest: string[] }[] = [];
  for (const line of lines) {
    const current = blocks.at(-1);
    if (line !== '' && !line.startsWith(' ')) blocks.push({ head: line, rest: [] });
    else if (current !== undefined) current.rest.push(line);
    else if (line !== '') blocks.push({ head: '', rest: [line] });
  }
  return blocks;
}

/** All lines of a block, the first column's mark cut off, indentation and empty lines at the ends removed. */
export function blockText(block: ScreenBlock): string[] {
  const lines = [block.head.replace(/^\S(?: |$)/u, ''), ...block.rest].map((line) => line.trim());
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}

/** True when the block's text has no empty line inside, as the interface's own error lines never have. */
export function isOneParagraph(block: ScreenBlock): boolean {
  return !blockText(block).includes('');
}
