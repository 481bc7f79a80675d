import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { makeFolder } from '../../demo/stage/folder.ts';
import { placesIn } from '../../demo/stage/prepare.ts';
import type { Row } from '../stage/stats.ts';

/** The heap flags of `bin/ccci run`. */
const FLAGS = ['--max-old-space-size=64', '--max-semi-space-size=2'];
const CHILDREN = 10_000;

/** Memory of a process with all of the controller loaded, under its flags, after so many tmux clients through its own driver. */
export async function measureMemory(): Promise<readonly Row[]> {
  const folder = makeFolder();
  try {
    const { stateDir, tmuxSocket } = placesIn(folder.path);
    execFileSync('tmux', ['-f', '/dev/null', '-S', tmuxSocket, 'new-session', '-d', 'sleep', '1000000']);
    const program = join(import.meta.dirname, '../spawn-children.ts');
    const run = async (children: number) => {
      const args = [...FLAGS, program, stateDir, tmuxSocket, String(children)];
      const env = { ...process.env, NODE_COMPILE_CACHE: join(folder.path, 'compile-cache') };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      return JSON.parse(stdout) as { now: number; highest: number };
    };
    // As in bin/ccci the compile cache is warm: taking the types out of the sources would take 40 MB more.
    await run(1);
    const { now, highest } = await run(CHILDREN);
    const remark = `at its highest ${highest.toFixed(0)} MB`;
    return [
      { name: 'RSS after 10,000 child processes', unit: 'MB', median: now, samples: 1, goal: { median: 120 }, remark },
    ];
  } finally {
    await folder.remove();
  }
}
