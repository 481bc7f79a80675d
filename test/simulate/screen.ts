/** What a scripted program shows: the text of its whole screen, by what it is like. */
export type ScreenPart = {
  /** What was said so far, oldest first: prompts and answers, each one block. */
  readonly blocks: readonly string[];
  /** A line that changes while a turn runs; undefined between turns. */
  readonly working?: string | undefined;
  readonly draft: string;
};

const RULE = '─'.repeat(24);

/** The screen of the CLI that has a box for input. */
export function boxedScreen({ blocks, working, draft }: ScreenPart): string {
  const turn = working === undefined ? (blocks.length === 0 ? [] : ['✻ Churned for 3s']) : [`✻ ${working}…`];
  return [...blocks, ...turn]
    .flatMap((text) => [text, ''])
    .concat(RULE, `❯ ${draft}`, RULE, '  ? for shortcuts')
    .join('\n');
}

/** The screen of a plain program: its output, then what the terminal echoes. */
export function plainScreen({ blocks, working, draft }: ScreenPart): string {
  const turn = working === undefined ? [] : [working];
  const echo = draft === '' ? [] : [draft];
  return [...blocks, ...turn, ...echo].join('\n');
}

/** The screen of that CLI while a menu takes the keys: a question, then options of which one is selected. */
export function menuScreen(
  blocks: readonly string[],
  [question = '', ...options]: readonly string[],
  selected: number,
): string {
  const lines = options.map((option, index) => `${index === selected ? ' ❯ ' : '   '}${option}`);
  return [
    ...blocks.flatMap((text) => [text, '']),
    RULE,
    ` ${question}`,
    '',
    ...lines,
    '',
    ' Enter to confirm · Esc to cancel',
  ].join('\n');
}
