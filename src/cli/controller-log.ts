import { pino, type Logger } from 'pino';

import type { Context } from './context.ts';
import { createLogFile, logFilePath } from './log-file.ts';
import { createPaint } from './paint.ts';
import { renderLogLine } from './render-log-line.ts';

/** The controller's log: JSON lines to stderr and to a capped file; a person at a terminal reads plain lines instead. */
export function createControllerLog({ terminal, settings, environment }: Context): Logger {
  const paint = createPaint(terminal.isErrTerminal && (environment['NO_COLOR'] ?? '') === '');
  const shown = {
    write: (line: string) => terminal.err(terminal.isErrTerminal ? `${renderLogLine(line, paint)}\n` : line),
  };
  const file = createLogFile(logFilePath(settings.stateDir));
  return pino(
    {
      level: settings.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    pino.multistream([
      { level: 'trace', stream: shown },
      { level: 'trace', stream: file },
    ]),
  );
}
