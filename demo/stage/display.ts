import type { View } from './follow.ts';
import { createPaint } from './paint.ts';
import { renderLive, storyLine } from './render-live.ts';
import type { Line } from './story.ts';

/** Where progress is shown: a picture that is redrawn on a terminal, plain lines elsewhere. */
export type Display = {
  /** Shows a new look: `fresh` are the lines that it has added to `all`. */
  show(look: { readonly view: View; readonly fresh: readonly Line[]; readonly all: readonly Line[] }): void;
  /** Leaves the terminal as it was found, with the last picture on it. */
  close(): void;
};

/** A stream that may be a terminal. */
export type Output = Pick<NodeJS.WriteStream, 'write'> &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>;

/** Chooses by what the output is; `environment` may say NO_COLOR or a terminal that can not be drawn on. */
export function createDisplay(
  output: Output,
  startedAtMs: number,
  environment: Readonly<Record<string, string | undefined>>,
): Display {
  const canDraw = output.isTTY === true && environment['TERM'] !== 'dumb';
  const paint = createPaint(output.isTTY === true && (environment['NO_COLOR'] ?? '') === '');
  return canDraw ? livePicture(output, startedAtMs, paint) : plainLines(output, startedAtMs, paint);
}

function plainLines(output: Output, startedAtMs: number, paint: ReturnType<typeof createPaint>): Display {
  return {
    show({ fresh }) {
      for (const line of fresh) output.write(`${storyLine(line, { startedAtMs }, { paint, width: 1000 })}\n`);
    },
    close: () => undefined,
  };
}

// Every line is written over the old one and cleared behind its end, in one write: nothing flickers.
function livePicture(output: Output, startedAtMs: number, paint: ReturnType<typeof createPaint>): Display {
  let drawn = 0;
  let width = 0;
  output.write('\u001b[?25l');
  return {
    show({ view, all }) {
      const size = { columns: output.columns ?? 80, rows: output.rows ?? 24 };
      // After a change of width the old lines may have been wrapped: begin on a clean screen.
      const start = drawn > 0 && width !== size.columns ? '\u001b[2J\u001b[H' : drawn > 0 ? `\u001b[${drawn}A` : '';
      const lines = renderLive({ view, lines: all, startedAtMs, nowMs: Date.now(), size }, paint);
      output.write(`\r${start}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
      drawn = lines.length;
      width = size.columns;
    },
    close() {
      output.write('\u001b[?25h');
    },
  };
}
