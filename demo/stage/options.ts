import { parseArgs } from 'node:util';

/** How the demo is run. */
export type DemoOptions = { readonly withVm: boolean; readonly json: boolean; readonly help: boolean };

/** What `npm run demo -- --help` prints. */
export const HELP = `Usage: npm run demo -- [--with-vm] [-o json]

A scripted crew of two builds a small program in three phases: real tmux, real git, the real ccci, no accounts.
On the way one claim fails, one session is killed and one agent hangs; ccci puts all of it right.

  --with-vm   also an Incus instance, on a throwaway daemon (Linux, root, the packages incus-base and busybox-static)
  -o json     the summary as JSON on standard output, progress on standard error
`;

/** Reads the arguments. Throws an Error with a sentence when they can not be understood. */
export function readOptions(argv: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'with-vm': { type: 'boolean', default: false },
      output: { type: 'string', short: 'o', default: 'text' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!['text', 'json'].includes(values.output)) throw new Error(`-o "${values.output}" must be text or json`);
  return { withVm: values['with-vm'], json: values.output === 'json', help: values.help };
}
