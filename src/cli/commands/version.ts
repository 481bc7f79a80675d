import { readFileSync } from 'node:fs';

import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { outputFlag } from '../flags.ts';
import { outputOf } from '../output.ts';
import { noWords } from '../words.ts';

const FORMS = ['text', 'json'] as const;

/** `ccci version`. */
export const version = defineCommand<{ readonly output: (typeof FORMS)[number] }>({
  summary: 'print the version',
  usage: ['version [-o json]'],
  flags: { output: outputFlag(FORMS, 'text') },
  examples: [
    { does: 'the version', line: 'version' },
    { does: 'for a script, with the version of Node', line: 'version -o json' },
  ],
  options(parsed) {
    noWords(parsed, 'version');
    return { output: outputOf(parsed, FORMS) };
  },
  async run({ output }, { terminal }) {
    const own = ownVersion();
    terminal.out(
      output === 'json'
        ? `${JSON.stringify({ version: own, node: process.versions.node }, null, 2)}\n`
        : `ccci ${own}\n`,
    );
    return EXIT.ok;
  },
});

// The same two folders up from src/cli/commands and from dist/cli/commands.
function ownVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
