import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDaemonAdmin } from './daemon-admin.ts';

const PROGRAMS = ['/usr/libexec/incus/incusd', '/opt/incus/bin/incusd', '/usr/lib/incus/incusd'];

/** Where the incusd program is, or undefined. Debian keeps it off the PATH. */
export function findIncusd(): string | undefined {
  return PROGRAMS.find((path) => existsSync(path));
}

/** The unix socket of the daemon whose state is in `dir`. */
export function socketOf(dir: string): string {
  return join(dir, 'unix.socket');
}

/** Starts the daemon of `dir` in a session of its own and waits until it is ready. Answers its pid. */
export async function startDaemon(dir: string): Promise<number> {
  const program = findIncusd();
  if (program === undefined) throw new Error('incusd is not installed; expected the package incus-base');
  const log = openSync(join(dir, 'incusd.out'), 'a');
  const child = spawn(program, ['--logfile', join(dir, 'incusd.log')], {
    env: daemonEnvironment(dir),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  writeFileSync(join(dir, 'incusd.pid'), `${child.pid}\n`);
  await waitReady(dir);
  return child.pid ?? 0;
}

/** The pid of the running daemon of `dir`, or undefined. */
export function daemonPid(dir: string): number | undefined {
  const file = join(dir, 'incusd.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return pid > 0 && commandOf(pid).includes(`${dir}/incusd.log`) ? pid : undefined;
}

/** Sends a signal to the daemon of `dir`, when it runs. */
export function signalDaemon(dir: string, signal: NodeJS.Signals): void {
  const pid = daemonPid(dir);
  if (pid !== undefined) process.kill(pid, signal);
}

/** Waits until the daemon of `dir` has ended; answers whether it did. */
export async function daemonEnded(dir: string, timeoutMs: number): Promise<boolean> {
  const endMs = performance.now() + timeoutMs;
  while (daemonPid(dir) !== undefined) {
    if (performance.now() > endMs) return false;
    await sleep(20);
  }
  return true;
}

/** The processes that keep containers of `dir` alive: their monitors. They outlive the daemon. */
export function monitorsOf(dir: string): number[] {
  return pids().filter((pid) => commandOf(pid).startsWith(`[lxc monitor] ${dir}/`));
}

/** Whether a process runs; one that has ended and that nobody has asked for yet does not. */
export function isAlive(pid: number): boolean {
  return /\) [^ZX] /.test(readProc(pid, 'stat'));
}

/** Kills everything that still lives from `dir`: its daemon, monitors, and what runs inside its containers. */
export function killAll(dir: string): void {
  const inside = pids().filter((pid) => isInside(pid, dir));
  const outside = pids().filter((pid) => pid !== process.pid && commandOf(pid).includes(`${dir}/`) && isTool(pid));
  for (const pid of [...outside, ...inside]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }
}

/** Unmounts what is mounted below `dir` and removes it. Throws when something stays mounted: then nothing is removed. */
export function removeDir(dir: string): void {
  for (let round = 0; round < 3; round += 1) mountsBelow(dir).forEach(unmount);
  const left = mountsBelow(dir);
  if (left.length > 0)
    throw new Error(`still mounted below "${dir}": "${left.join('", "')}"; unmount them and remove the folder`);
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}

function daemonEnvironment(dir: string): Record<string, string> {
  // incusd looks for image servers when it starts: a proxy that nobody serves keeps it on this machine.
  const nowhere = 'http://127.0.0.1:9';
  const path = process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin';
  return {
    PATH: `${path}:/usr/sbin:/sbin`,
    INCUS_DIR: dir,
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '127.0.0.1,localhost',
  };
}

async function waitReady(dir: string): Promise<void> {
  const admin = createDaemonAdmin(socketOf(dir));
  const endMs = performance.now() + 30_000;
  for (;;) {
    const failure = await admin.ask({ method: 'GET', path: '/internal/ready' }).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    if (failure === undefined) return;
    if (performance.now() > endMs || daemonPid(dir) === undefined) {
      const log = readFileSync(join(dir, 'incusd.out'), 'utf8').split('\n').slice(-6).join('\n');
      throw new Error(`incusd in "${dir}" did not become ready: ${log}`, { cause: failure });
    }
    await sleep(20);
  }
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function commandOf(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

function isTool(pid: number): boolean {
  return /incusd|lxc monitor|dnsmasq|lxcfs/.test(commandOf(pid));
}

/** A process inside a container: its mounts are its own and come from `dir`. */
function isInside(pid: number, dir: string): boolean {
  try {
    const own = readlinkSync('/proc/self/ns/mnt');
    return (
      readlinkSync(`/proc/${pid}/ns/mnt`) !== own &&
      readProc(pid, 'mountinfo').includes(`${dir.replace(/^\/[^/]+/, '')}/storage-pools/`)
    );
  } catch {
    return false;
  }
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function mountsBelow(dir: string): string[] {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  return points.filter((point) => point.startsWith(`${dir}/`)).reverse();
}

function unmount(point: string): void {
  try {
    execFileSync('umount', ['--lazy', point], { stdio: 'ignore' });
  } catch {
    // The next round, or the check after it, sees it.
  }
}
