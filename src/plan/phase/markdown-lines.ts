/** One line of a Markdown file, and whether the file itself says it: not as code, and not in a comment. */
export type MarkdownLine = { readonly text: string; readonly isSaid: boolean };

/** True for the line that ends what hides the lines, and is hidden as the last of them. */
type End = (line: string) => boolean;

/**
 * The lines of a Markdown file. Lines in fenced code (CommonMark: indented by three at most, closed by a fence of the
 * same character that is at least as long and stands alone), in raw blocks such as `<pre>`, and in HTML comments are not
 * said. A byte order mark at the start is no part of the first line.
 */
export function markdownLines(text: string): readonly MarkdownLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const lastCommentEnd = lines.findLastIndex((line) => line.includes('-->'));
  let end: End | undefined;
  return lines.map((line, index) => {
    if (end !== undefined) {
      if (end(line)) end = undefined;
      return { text: line, isSaid: false };
    }
    end = fenceEnd(line) ?? rawEnd(line) ?? commentEnd(line, index < lastCommentEnd);
    return { text: line, isSaid: !(isBlockStart(line) || fenceEnd(line) !== undefined) };
  });
}

function fenceEnd(line: string): End | undefined {
  const [, fence = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  // Backticks behind the fence make it a piece of code within a line.
  if (fence === '' || (fence.startsWith('`') && info.includes('`'))) return undefined;
  return (other) => /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(other)?.[1]?.startsWith(fence) === true;
}

const RAW_END = /<\/(pre|script|style|textarea)>/i;

function rawEnd(line: string): End | undefined {
  const isOpen = /^ {0,3}<(pre|script|style|textarea)(\s|>|$)/i.test(line) && !RAW_END.test(line);
  return isOpen ? (other) => RAW_END.test(other) : undefined;
}

// A comment that begins a line hides all that follows until it ends; within a line it is one only when it ends at all.
function commentEnd(line: string, isEndedLater: boolean): End | undefined {
  const told = line.replaceAll(/`[^`]*`/g, '');
  const open = told.lastIndexOf('<!--');
  const isOpen = open >= 0 && !told.includes('-->', open) && (isEndedLater || /^ {0,3}<!--/.test(told));
  return isOpen ? (other) => other.includes('-->') : undefined;
}

function isBlockStart(line: string): boolean {
  return /^ {0,3}<(!--|(pre|script|style|textarea)(\s|>|$))/i.test(line);
}
