import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { printableLines } from './printable.ts';

/** What went wrong, as a person reads it: `error:` and `hint:`, and a stack only when it was asked for. */
export function renderError(error: unknown, debug: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = hintOf(error);
  const lines = [`error: ${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])];
  if (debug && error instanceof Error) lines.push(stackOf(error));
  return `${printableLines(lines.join('\n'))}\n`;
}

/** The exit code that an error asks for. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof CliError ? error.code : EXIT.failed;
}

function hintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('hint' in error)) return undefined;
  return typeof error.hint === 'string' ? error.hint : undefined;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
