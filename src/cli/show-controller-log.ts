import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { logFilePath } from './log-file.ts';
import { createPaint } from './paint.ts';
import { renderLogLine } from './render-log-line.ts';
import type { ObjectKey } from '#api/key.ts';

/** The options of `ccci logs`. */
export type LogsOptions = {
  readonly of: 'controller' | ObjectKey;
  readonly lines: number;
  readonly follow: boolean;
  readonly output: 'text' | 'json';
};

const LOOK_MS = 250;

/** Prints the last lines of the controller's log, and with `follow` those that come. */
export async function showControllerLog({ lines, follow, output }: LogsOptions, context: Context): Promise<ExitCode> {
  const { terminal, settings } = context;
  const path = logFilePath(settings.stateDir);
  const paint = createPaint(terminal.color);
  const print = (text: readonly string[]) => {
    for (const line of text) terminal.out(`${output === 'json' ? line : renderLogLine(line, paint)}\n`);
  };
  const before = [...linesOf(`${path}.1`), ...linesOf(path)];
  if (before.length === 0 && !follow)
    throw new CliError(`there is no log in "${settings.stateDir}"`, { hint: 'the controller writes one: "ccci run"' });
  print(before.slice(-lines));
  if (follow) await followFile(path, print, context);
  return EXIT.ok;
}

function linesOf(path: string): readonly string[] {
  return readText(path)
    .split('\n')
    .filter((line) => line !== '');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

// The file only grows; a smaller or another one is a new one, and begins at its beginning.
async function followFile(path: string, print: (lines: readonly string[]) => void, context: Context): Promise<void> {
  const ended = new AbortController();
  context.onInterrupt(() => ended.abort());
  let [seen, inode] = [readText(path).length, inodeOf(path)];
  while (!ended.signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    const text = readText(path);
    if (inodeOf(path) !== inode || text.length < seen) [seen, inode] = [0, inodeOf(path)];
    const end = text.lastIndexOf('\n') + 1;
    if (end <= seen) continue;
    print(
      text
        .slice(seen, end)
        .split('\n')
        .filter((line) => line !== ''),
    );
    seen = end;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
