import { createInterface } from 'node:readline/promises';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';

/**
 * Asks a person to type a word before something that can not be undone. Without a terminal, and without `--yes`, it is
 * refused: nobody is there who could have read what will be lost.
 */
export async function confirm(context: Context, word: string, isYes: boolean): Promise<void> {
  if (isYes) return;
  const { terminal } = context;
  if (!terminal.isErrTerminal || process.stdin.isTTY !== true)
    throw new CliError('refused: nobody can be asked, because there is no terminal', {
      hint: 'run it in a terminal, or add --yes after reading what will be lost',
    });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await lines.question(`Type "${word}" to go on: `);
    if (typed.trim() !== word) throw new CliError('nothing was ordered: what was typed is something else');
  } finally {
    lines.close();
  }
}
