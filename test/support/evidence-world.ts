import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env, kill } from 'node:process';
import { createEvidence } from '#drivers/evidence/real-evidence.ts';
import type { EvidenceRequest } from '#drivers/evidence/evidence.ts';

import type { EvidenceWorld } from '../contract/evidence-contract.ts';
import { createScratchGit, type ScratchGit } from './git.ts';

/** Real runs in a temporary folder, of commits in a bare repository that stands for a mirror. */
export type RealEvidenceWorld = EvidenceWorld & {
  readonly git: ScratchGit;
  readonly mirror: string;
  /** The commit that runs are about. */
  readonly sha: string;
  /** A request for any command. */
  of(name: string, argv: readonly string[], more?: Partial<EvidenceRequest>): EvidenceRequest;
  /** The folder of the newest attempt of a run. */
  attempt(name: string): Promise<string>;
  /** What a run has printed. */
  printed(name: string): Promise<string>;
};

/** Makes the world; `close` ends what still runs and removes everything. */
export async function makeEvidenceWorld(): Promise<RealEvidenceWorld> {
  const git = await createScratchGit();
  const mirror = await git.bare('mirror.git');
  const sha = await git.commitTo(mirror, { subject: 'claim(api): it serves', files: { 'answer.txt': '42\n' } });
  const { reader, writer } = createEvidence();
  const root = join(git.root, 'evidence');
  const signs = join(git.root, 'signs');
  await writeFile(join(git.root, 'wait.sh'), WAIT_SCRIPT);
  const of: RealEvidenceWorld['of'] = (name, argv, more = {}) => ({
    ...{ folder: join(root, name), attempt: 1, mirror, sha, argv, timeoutMs: 60_000 },
    environment: { PATH: env['PATH'] ?? '/usr/bin:/bin' },
    ...more,
  });
  const attempt = async (name: string): Promise<string> => {
    const attempts = (await readdir(join(root, name))).filter((entry) => entry.startsWith('attempt-')).sort();
    return join(root, name, attempts.at(-1) ?? '');
  };
  const owner = async (name: string): Promise<number> => {
    for (;;) {
      const text = await readFile(join(await attempt(name), 'owner.json'), 'utf8').catch(() => undefined);
      if (text !== undefined) return (JSON.parse(text) as { pid: number }).pid;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    ...{ reader, writer, root, git, mirror, sha, of, attempt },
    request: (name, number) => of(name, ['sh', join(git.root, 'wait.sh'), `${signs}-${name}`], { attempt: number }),
    async end(name, how) {
      if (how === 'Lost') kill(await owner(name), 'SIGKILL');
      else await writeFile(`${signs}-${name}.end`, how === 'Passed' ? '0' : '1');
    },
    begun: async (name) => (await readFile(`${signs}-${name}`, 'utf8').catch(() => '')).length,
    printed: async (name) => readFile(join(await attempt(name), 'output.log'), 'utf8'),
    async close() {
      for (const name of await readdir(root).catch(() => [])) {
        await writer.stop(join(root, name));
        await writeFile(`${signs}-${name}.end`, '0');
        while (await isRunning(name)) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await git.remove();
    },
  };
  async function isRunning(name: string): Promise<boolean> {
    const runs = await reader.list(root);
    return runs.state === 'known' && runs.value[name]?.state === 'Running';
  }
}

// Says that it began, waits for the word to end, and ends with the code in it.
const WAIT_SCRIPT = 'printf x >> "$1"; while [ ! -s "$1.end" ]; do sleep 0.02; done; exit "$(cat "$1.end")"\n';
