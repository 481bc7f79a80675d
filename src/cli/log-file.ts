import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where the controller of a state directory writes its log. */
export function logFilePath(stateDir: string): string {
  return `${stateDir}/controller.log`;
}

/** A log file that never grows beyond this, with as much again in one older file beside it. */
const CAP_BYTES = 4 * 1024 * 1024;

/** Appends lines to an owner-only file; a full one becomes `path.1`. A log that can not be written stops nothing. */
export function createLogFile(path: string, capBytes: number = CAP_BYTES): { write(line: string): void } {
  return {
    write(line) {
      try {
        append(path, line, capBytes);
      } catch {
        // The folder may have been removed: it is made again with the next line.
        tryAgain(path, line);
      }
    },
  };
}

function append(path: string, line: string, capBytes: number): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0 && size + line.length > capBytes) renameSync(path, `${path}.1`);
  appendFileSync(path, line, { mode: 0o600 });
}

function tryAgain(path: string, line: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, line, { mode: 0o600 });
  } catch {
    // The line is on stderr, too.
  }
}
