import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { endLeftovers } from './end-leftovers.ts';
import { removeTree } from './remove-tree.ts';

const PREFIX = 'ccci-evidence-';
const NOTE = 'temporary';

/** Makes a folder for temporary files whose path is short, as paths of sockets have to be, and notes it down in the attempt. */
export async function makeTemporary(attempt: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(attempt, NOTE), path, { mode: 0o600 });
  return path;
}

/** Ends what the attempts of a run have left running, and removes the folders that they worked in. What they printed and came to stays. */
export async function tidyRun(run: string): Promise<void> {
  endLeftovers(run);
  for (const entry of await readdir(run, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const attempt = join(run, entry.name);
    const noted = await readFile(join(attempt, NOTE), 'utf8').catch(() => '');
    if (dirname(noted) === tmpdir() && basename(noted).startsWith(PREFIX)) {
      endLeftovers(noted);
      await removeTree(noted);
    }
    for (const name of ['checkout', 'home', NOTE]) await removeTree(join(attempt, name));
  }
}
