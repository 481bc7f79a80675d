import type { PaneView } from './tmux.ts';

/** Names of the marks, without the prefix `@ccci_` that their user options carry. */
export const MARK_NAMES = ['rig', 'agent', 'incarnation', 'launch'] as const;

const PLAIN = [
  'session_id',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
  'pane_in_mode',
  'session_attached',
] as const;

const FREE = ['session_name', ...MARK_NAMES.map((name) => `@ccci_${name}`)];

/**
 * The format of one pane. Numbers and ids first, separated by spaces; then the free texts, each after its length in
 * bytes (`#{n:...}`), so that no name or mark can be taken for a separator.
 */
export const PANE_FORMAT = [
  ...PLAIN.map((name) => `#{${name}}`),
  ...FREE.map((name) => `#{n:${name}}:#{${name}}`),
].join(' ');

/**
 * Reads what `list-panes -a -F PANE_FORMAT` printed. Throws when the bytes do not follow the format: then nothing is
 * known, and half an answer must not pass for the whole.
 */
export function parsePanes(output: Buffer): readonly PaneView[] {
  const panes: PaneView[] = [];
  let at = 0;
  while (at < output.length) {
    const [pane, next] = parsePane(output, at);
    panes.push(pane);
    at = next;
  }
  return panes;
}

function parsePane(output: Buffer, start: number): readonly [PaneView, number] {
  let at = start;
  const take = (end: number, separator: string): string => {
    if (end < at || output.toString('latin1', end, end + 1) !== separator) throw oddAnswer(output, start);
    const text = output.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  const plain = new Map(PLAIN.map((name) => [name, take(output.indexOf(0x20, at), ' ')] as const));
  const free = FREE.map((_, index) => {
    const length = Number(take(output.indexOf(0x3a, at), ':'));
    return take(at + length, index === FREE.length - 1 ? '\n' : ' ');
  });
  const number = (name: (typeof PLAIN)[number]): number => Number(plain.get(name));
  const optional = (name: (typeof PLAIN)[number]): number | undefined =>
    plain.get(name) === '' ? undefined : number(name);
  const deadStatus = optional('pane_dead_status');
  const deadSignal = optional('pane_dead_signal');
  const pane: PaneView = {
    sessionId: plain.get('session_id') ?? '',
    sessionName: free[0] ?? '',
    paneId: plain.get('pane_id') ?? '',
    panePid: number('pane_pid'),
    dead: plain.get('pane_dead') === '1',
    ...(deadStatus === undefined ? {} : { deadStatus }),
    ...(deadSignal === undefined ? {} : { deadSignal }),
    inMode: number('pane_in_mode') > 0,
    attachedClients: number('session_attached'),
    marks: marksOf(free.slice(1)),
  };
  if (!/^\$\d+$/.test(pane.sessionId) || !/^%\d+$/.test(pane.paneId) || !Number.isInteger(pane.panePid)) {
    throw oddAnswer(output, start);
  }
  return [pane, at];
}

/** An option that is not set reads as empty; ccci never sets an empty mark. */
function marksOf(values: readonly string[]): Readonly<Record<string, string>> {
  const entries = MARK_NAMES.map((name, index) => [name, values[index] ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

function oddAnswer(output: Buffer, start: number): Error {
  return new Error(
    `tmux answered with an unexpected pane line: ${JSON.stringify(output.toString('utf8', start, start + 200))}`,
  );
}
