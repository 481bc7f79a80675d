import { defineCommand } from '../command.ts';
import { optionalWord } from '../words.ts';
import type { InitOptions } from '../write-starter.ts';

/** `ccci init`. */
export const init = defineCommand<InitOptions>({
  summary: 'write a small set of manifests to start from',
  usage: ['init [DIR]'],
  details: `
A builder and an adversary, their repository, one phase and one gate, each with comments, and two prompts.
They are valid as they are. Nothing that is there already is overwritten.`,
  flags: {},
  completes: 'Folders',
  examples: [
    { does: 'into a new folder', line: 'init crew' },
    { does: 'then see what it would do', line: 'diff -f crew' },
  ],
  options(parsed) {
    return { folder: optionalWord(parsed, 'folder') ?? '.' };
  },
  async run(options, context) {
    const { writeStarter } = await import('../write-starter.ts');
    return writeStarter(options, context);
  },
});
