import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { processesThatName, signal, startTimeOf } from './proc.ts';

/** What temporary folders of demos and benchmarks begin with; then come pid and start time of their owner. */
const PREFIX = 'ccci-demo-';

/** Everything of one run is in here, and `remove` leaves nothing of it. */
export type Folder = { readonly path: string; remove(): Promise<void> };

/**
 * Makes the folder of this run. A detached process holds a pipe to this one and tidies up when this one is gone,
 * however that happened.
 */
export function makeFolder(): Folder {
  const owner = `${PREFIX}${process.pid}.${startTimeOf(process.pid) ?? '0'}-`;
  const path = mkdtempSync(join(tmpdir(), owner));
  chmodSync(path, 0o711);
  const release = leash(path);
  return {
    path,
    async remove() {
      await removeFolder(path);
      release();
    },
  };
}

/** Removes what killed runs have left behind; answers their folders. Runs that are still at work are left alone. */
export async function sweepFolders(): Promise<readonly string[]> {
  const left = readdirSync(tmpdir())
    .filter((name) => name.startsWith(PREFIX) && isAbandoned(name))
    .map((name) => join(tmpdir(), name));
  for (const path of left) await removeFolder(path);
  return left;
}

function isAbandoned(name: string): boolean {
  const [, pid, startTime] = /^ccci-demo-(\d+)\.(\d+)-/.exec(name) ?? [];
  if (pid === undefined || lstatSync(join(tmpdir(), name)).uid !== process.getuid?.()) return false;
  return startTimeOf(Number(pid)) !== startTime;
}

/** Ends everything that was started in the folder, then deletes it. Repeatable, and takes seconds at most. */
export async function removeFolder(path: string): Promise<void> {
  if (!existsSync(path)) return;
  await endDaemons(path);
  spawnSync('tmux', ['-S', join(path, 'tmux'), 'kill-server'], { stdio: 'ignore', timeout: 2000 });
  for (let look = 0; look < 200; look += 1) {
    const pids = processesThatName(path);
    if (pids.length === 0) break;
    for (const pid of pids) signal(pid, 'SIGKILL');
    await sleep(20);
  }
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

// Containers and mounts of an Incus daemon are not ended by killing processes.
async function endDaemons(path: string): Promise<void> {
  const folders = readdirSync(path).filter((name) => name.includes('-incusd'));
  if (folders.length === 0) return;
  const { stopIncusd } = await import('../incusd/incusd.ts');
  for (const name of folders) await stopIncusd(join(path, name));
}

function leash(path: string): () => void {
  const program = join(import.meta.dirname, '../end-demo.ts');
  // The folder's name comes over the pipe: on its command line the leash would be taken for a part of the demo.
  const wait = 'IFS= read -r folder; cat >/dev/null; exec "$0" "$1" "$folder"';
  const child = spawn('/bin/sh', ['-c', wait, process.execPath, program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${path}\n`);
  child.unref();
  (child.stdin as typeof child.stdin & { unref?: () => void }).unref?.();
  return () => child.kill('SIGKILL');
}
