/** Claude's screen cut at its input box, which stands between the two last rules. */
export type ClaudeFrame = {
  /** The conversation; the whole screen when there is no box. */
  readonly above: readonly string[];
  /** What stands in the box, its own hints taken out; undefined when there is no box and something else has the keys. */
  readonly draft?: string;
  /** Status line and footer, or a menu of commands while one is typed. */
  readonly below: readonly string[];
  /** The text below the last rule when there is no box: where a dialog stands. */
  readonly dialogArea: readonly string[];
};

// The rule may carry the session's name at its right end. It begins in the first column, where no message can write.
const RULE = /^─{10,}(?: .* ─+)?$/;
const DIALOG_FOOTER = /^\s*(?:Enter to (?:confirm|select|continue)|Esc to cancel)\b/;
// Claude shows these in an empty box; they are no draft.
const HINT = /^(?:Press up to edit queued messages|Try ".*")$/;

/** Finds the input box, or says that there is none. */
export function splitClaudeFrame(lines: readonly string[]): ClaudeFrame {
  const rules = lines.flatMap((line, index) => (RULE.test(line) ? [index] : []));
  const bottom = rules.at(-1);
  const top = rules.at(-2);
  const noBox = { above: lines, below: [], dialogArea: bottom === undefined ? [] : lines.slice(bottom + 1) };
  if (bottom === undefined || top === undefined) return noBox;
  const box = lines.slice(top + 1, bottom);
  const below = lines.slice(bottom + 1);
  if (!/^❯(?: |$)/.test(box[0] ?? '') || below.some((line) => DIALOG_FOOTER.test(line))) return noBox;
  return { above: lines.slice(0, top), draft: boxText(box), below, dialogArea: [] };
}

function boxText(box: readonly string[]): string {
  const text = box
    .map((line, index) => (index === 0 ? line.slice(1) : line).trim())
    .join('\n')
    .trim();
  return HINT.test(text) ? '' : text;
}
