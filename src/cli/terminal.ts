/** Where a command writes: what was asked for on `out`, everything else on `err`. */
export type Terminal = {
  /** Writes as it is; lines end with a line feed. */
  out(text: string): void;
  err(text: string): void;
  readonly isTerminal: boolean;
  readonly isErrTerminal: boolean;
  /** Width of the terminal in cells; undefined when there is none. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  /** Whether `out` may carry colours. */
  readonly color: boolean;
};

type Stream = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
};

/** The real terminal. Colours only on a terminal that can show them, and only when nobody said no. */
export function createTerminal(
  streams: { readonly stdout: Stream; readonly stderr: Stream },
  environment: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Terminal {
  const { stdout, stderr } = streams;
  const isTerminal = stdout.isTTY === true;
  const isRefused = noColor || (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTerminal,
    isErrTerminal: stderr.isTTY === true,
    columns: stdout.columns,
    rows: stdout.rows,
    color: isTerminal && !isRefused,
  };
}
