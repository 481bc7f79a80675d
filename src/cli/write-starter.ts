import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { starterFiles } from './starter-files.ts';

/** The options of `ccci init`. */
export type InitOptions = { readonly folder: string };

/** Writes the starter into a folder. Refuses, and writes nothing, when any of its files is there. */
export async function writeStarter({ folder }: InitOptions, { cwd, terminal }: Context): Promise<ExitCode> {
  const root = resolve(cwd, folder);
  const files = [...starterFiles(root)];
  const taken = files.map(([name]) => name).filter((name) => existsSync(join(root, name)));
  if (taken.length > 0)
    throw new CliError(
      `could not write the starter: ${taken.map((name) => `"${join(folder, name)}"`).join(', ')} is there already`,
      {
        hint: 'choose another folder: ccci init DIR',
      },
    );
  for (const [name, text] of files) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text, { flag: 'wx' });
    terminal.out(`${join(folder, name)}\n`);
  }
  terminal.err(`next: set the url in ${join(folder, 'repository.yaml')}, then run: ccci diff -f ${folder}\n`);
  return EXIT.ok;
}
