import { EXIT, type ExitCode } from './exit-code.ts';

/** A mistake or failure that ends a command: one sentence for `error:`, one for `hint:`, and the exit code. */
export class CliError extends Error {
  readonly hint: string | undefined;
  readonly code: ExitCode;

  constructor(message: string, more: { hint?: string | undefined; code?: ExitCode; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'CliError';
    this.hint = more.hint;
    this.code = more.code ?? EXIT.failed;
  }
}

/** A command line that can not be understood; exit code 2. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(message, { hint, code: EXIT.usage });
}
