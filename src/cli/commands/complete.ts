import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';

/** The options of the hidden command behind the completion scripts: the words so far, the unfinished one last. */
export type CompleteOptions = { readonly words: readonly string[] };

/** `ccci __complete`: prints what may stand in the place of the last word, one per line. */
export const complete = defineCommand<CompleteOptions>({
  summary: 'print what may come next on a command line',
  usage: ['__complete -- WORD...'],
  flags: {},
  examples: [{ does: 'what the completion scripts run', line: '__complete -- get age' }],
  options(parsed) {
    return { words: parsed.words };
  },
  async run({ words }, context) {
    const { candidates } = await import('../candidates.ts');
    for (const word of await candidates(words, context)) context.terminal.out(`${word}\n`);
    return EXIT.ok;
  },
});
