import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that a test leaves outside the repository is named `ccci-test-<pid of the test>-<anything>`. */
const leftoverName = /^ccci-test-(\d+)-/;

/**
 * Ends what killed test runs have left behind: tmux servers, Incus daemons, controllers and temporary folders that are
 * named `ccci-test-<pid>-…` and whose owner `<pid>` is gone. Everything else is left alone. Returns one line per find.
 */
export function sweep(): string[] {
  const folders = ['/tmp', '/run', '/dev/shm', tmpdir(), `/tmp/tmux-${process.getuid?.() ?? 0}`];
  return [...new Set(folders)].flatMap((folder) => leftoversIn(folder)).map(({ folder, name }) => remove(folder, name));
}

function leftoversIn(folder: string): { folder: string; name: string }[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => isLeftover(folder, name)).map((name) => ({ folder, name }));
}

function isLeftover(folder: string, name: string): boolean {
  const owner = leftoverName.exec(name)?.[1];
  return owner !== undefined && !isAlive(Number(owner)) && lstatSync(join(folder, name)).uid === process.getuid?.();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function remove(folder: string, name: string): string {
  const pids = processesThatName(name);
  for (const pid of pids) kill(pid);
  const path = join(folder, name);
  for (const mount of mountsBelow(path)) unmount(mount);
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  return `${path}${pids.length > 0 ? ` and processes ${pids.join(', ')}` : ''}`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function processesThatName(name: string): number[] {
  const pids = existsSync('/proc')
    ? readdirSync('/proc')
        .filter((each) => /^\d+$/.test(each))
        .map(Number)
    : [];
  return pids.filter((pid) => pid !== process.pid && names(pid, name));
}

function names(pid: number, name: string): boolean {
  return ['cmdline', 'environ'].some((file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(name);
    } catch {
      return false;
    }
  });
}

function mountsBelow(path: string): string[] {
  if (!existsSync('/proc/self/mounts')) return [];
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  return points.filter((point) => point === path || point.startsWith(`${path}/`)).reverse();
}

function unmount(mount: string): void {
  try {
    execFileSync('umount', ['--lazy', mount], { stdio: 'ignore' });
  } catch {
    // Not ours to unmount; removing the folder then says so.
  }
}
