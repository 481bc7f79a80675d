import { usageError } from './cli-error.ts';
import type { Flags, Parsed } from './flags.ts';

/** Options that name manifests. */
export const MANIFEST_FLAGS = {
  filename: {
    short: 'f',
    value: 'PATH',
    multiple: true,
    help: 'a manifest, a folder of manifests, or - for standard input',
  },
  recursive: { short: 'R', help: 'look into the folders in folders, too' },
} as const satisfies Flags;

/** The manifests that a command line names. */
export type ManifestOptions = { readonly paths: readonly string[]; readonly recursive: boolean };

/** Reads `-f` and `-R`. Words without `-f` are most likely paths: the error says so. */
export function manifestOptions(parsed: Parsed): ManifestOptions {
  const [word] = parsed.words;
  if (word !== undefined)
    throw usageError(`unexpected argument ${JSON.stringify(word)}`, `manifests are named with -f: -f ${word}`);
  return { paths: parsed.list('filename'), recursive: parsed.has('recursive') };
}
