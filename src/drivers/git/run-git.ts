import { kill } from 'node:process';
import { execa } from 'execa';
import { SAFE_FLAGS } from './safe-git.ts';

/** One git call. `maxBytes` bounds stdout and stderr each; git is ended when it says more. */
export type GitCall = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes?: number;
  /** Text that git and the programs that it starts can read from `SECRET_FD`, a pipe of this call alone. */
  readonly secret?: string | undefined;
};

/** How a git call ended. `exitCode` is undefined when it was killed or could not be started. */
export type GitEnd = {
  readonly exitCode: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Why git could not be started at all, for example ENOENT. */
  readonly startFailure?: string;
};

/** Runs git with the safe overrides in a process group of its own, which is ended as a whole when time is up. Never throws. */
export async function runGit(call: GitCall): Promise<GitEnd> {
  const child = execa('git', [...SAFE_FLAGS, ...call.args], {
    cwd: call.cwd,
    env: call.env,
    extendEnv: false,
    stdio: ['ignore', 'pipe', 'pipe', ...(call.secret === undefined ? [] : [new TextEncoder().encode(call.secret)])],
    encoding: 'buffer',
    reject: false,
    detached: true,
    cleanup: false,
    stripFinalNewline: false,
    maxBuffer: call.maxBytes ?? 4 * 1024 * 1024,
  });
  if (child.pid !== undefined) running.add(child.pid);
  const limit = startLimit(child.pid, call.timeoutMs);
  try {
    const result = await Promise.race([child, limit.abandoned]);
    if (result === 'abandoned') return { exitCode: undefined, stdout: NOTHING, stderr: '', timedOut: true };
    return {
      exitCode: limit.timedOut() ? undefined : result.exitCode,
      stdout: result.stdout ?? NOTHING,
      stderr: shortened(TEXT.decode(result.stderr ?? NOTHING)),
      timedOut: limit.timedOut(),
      ...(result.exitCode === undefined && result.signal === undefined
        ? { startFailure: result.code ?? 'unknown' }
        : {}),
    };
  } finally {
    limit.cancel();
    if (child.pid !== undefined) running.delete(child.pid);
  }
}

/** Ends every git that still runs, for the end of the program: git in a group of its own does not end with its parent. */
export function endRunningGit(): void {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
}

const running = new Set<number>();
const NOTHING = new Uint8Array();
const TEXT = new TextDecoder();
/** Both ends of what git said: a remote may send any amount through git's own error output. */
function shortened(text: string): string {
  return text.length <= 16_384 ? text : `${text.slice(0, 8192)}\n${text.slice(-8192)}`;
}

const END_GRACE_MS = 500;

/** First asks the group to end, so that git removes its temporary files, then kills it, then stops waiting for pipes that others hold. */
function startLimit(pid: number | undefined, timeoutMs: number) {
  let expired = false;
  const timers: NodeJS.Timeout[] = [];
  const abandoned = new Promise<'abandoned'>((resolve) => {
    const steps: [number, () => void][] = [
      [timeoutMs, () => ((expired = true), signalGroup(pid, 'SIGTERM'))],
      [timeoutMs + END_GRACE_MS, () => signalGroup(pid, 'SIGKILL')],
      [timeoutMs + 2 * END_GRACE_MS, () => resolve('abandoned')],
    ];
    for (const [delayMs, step] of steps) timers.push(setTimeout(step, delayMs));
  });
  return { abandoned, timedOut: () => expired, cancel: () => timers.forEach((timer) => clearTimeout(timer)) };
}

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    kill(-pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
