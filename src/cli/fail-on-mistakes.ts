import { renderMistake, type Mistake } from '#load/mistake.ts';

import { CliError } from './cli-error.ts';
import { EXIT } from './exit-code.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Prints every mistake and answers the error that ends the command: nothing was stored. */
export function failOnMistakes(mistakes: readonly Mistake[], terminal: Terminal): CliError {
  for (const mistake of mistakes) terminal.err(`${printable(renderMistake(mistake))}\n`);
  const count = mistakes.length === 1 ? '1 mistake' : `${String(mistakes.length)} mistakes`;
  return new CliError(`${count} in the manifests; nothing was stored`, {
    code: EXIT.usage,
    hint: 'correct what the lines above name; "ccci explain KIND.FIELD" tells what a field takes',
  });
}
