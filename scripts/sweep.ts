import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that a test leaves outside the repository is named `ccci-test-<pid of the test>-<anything>`. */
const leftoverName = /^ccci-test-(\d+)-/;

const abandonedAfterMs = 3_600_000;

/** Where such names are looked for: temporary folders, and the sockets of private tmux servers. */
const homes = ['/tmp', '/run', '/dev/shm', tmpdir(), `/tmp/tmux-${process.getuid?.() ?? 0}`];

/**
 * Ends what killed test runs have left behind: tmux servers, Incus daemons, controllers and temporary folders that are
 * named `ccci-test-<pid>-…` and whose owner `<pid>` is gone, and folders `ccci-test-…` without an owner that nobody has
 * used for an hour. Everything else is left alone. Returns one line per find.
 */
export function sweep(folders: string[] = homes): string[] {
  return [...new Set(folders)].flatMap(leftoversIn).map(({ folder, name }) => remove(folder, name));
}

function leftoversIn(folder: string): { folder: string; name: string }[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => isLeftover(folder, name)).map((name) => ({ folder, name }));
}

function isLeftover(folder: string, name: string): boolean {
  if (!name.startsWith('ccci-test-')) return false;
  const entry = lstatSync(join(folder, name), { throwIfNoEntry: false });
  if (entry?.uid !== process.getuid?.()) return false;
  const owner = leftoverName.exec(name)?.[1];
  if (owner !== undefined) return !isAlive(Number(owner));
  // Without an owner in its name, only what nobody has touched for long and no process knows of.
  return Date.now() - (entry?.mtimeMs ?? 0) > abandonedAfterMs && processesThatName(name).length === 0;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A process that has ended but that nobody has asked for yet still takes signals.
  return !/\) [ZX] /.test(read(`/proc/${pid}/stat`));
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

/** Processes whose command line or environment has the name, and all their descendants; never this one's ancestors. */
function processesThatName(name: string): number[] {
  const parents = readParents();
  const found = new Set([...parents.keys()].filter((pid) => names(pid, name)));
  // A map of processes is in order of age only by chance, so look again until nothing is added.
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  for (let pid: number | undefined = process.pid; pid; pid = parents.get(pid)) found.delete(pid);
  return [...found];
}

function readParents(): Map<number, number> {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((each) => /^\d+$/.test(each)) : [];
  return new Map(pids.map((pid) => [Number(pid), parentOf(pid)]));
}

function parentOf(pid: string): number {
  const status = read(`/proc/${pid}/status`);
  return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
}

function names(pid: number, name: string): boolean {
  return ['cmdline', 'environ'].some((file) => read(`/proc/${pid}/${file}`).includes(name));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Gone in the meantime, or somebody else's.
    return '';
  }
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
