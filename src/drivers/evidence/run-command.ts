import { spawn } from 'node:child_process';
import { kill } from 'node:process';
import type { EvidenceResult } from './evidence-folder.ts';
import type { UnixUser } from './unix-user.ts';

/** A command under way. */
export type RunningCommand = {
  readonly ended: Promise<EvidenceResult>;
  /** Ends it, with everything in its process group. */
  stop(): void;
};

/** Time between asking the group to end and killing it. */
const GRACE_MS = 5000;

/** Starts a command in a process group of its own, with nothing to read. Its group is ended when it has ended, or when its time is over. */
export function runCommand(request: {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Whom it runs as; this process's own user without it. Its other groups are dropped. */
  readonly user?: UnixUser | undefined;
  readonly onOutput: (chunk: Uint8Array) => void;
}): RunningCommand {
  const [program = '', ...args] = request.argv;
  let cut: EvidenceResult | undefined;
  const timers: NodeJS.Timeout[] = [];
  const child = spawn(program, args, {
    cwd: request.cwd,
    env: request.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...request.user,
  });
  child.stdout.on('data', request.onOutput);
  child.stderr.on('data', request.onOutput);
  const end = (result: EvidenceResult): void => {
    cut ??= result;
    signalGroup(child.pid, 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS));
  };
  const late = { state: 'Failed', said: `no end within ${request.timeoutMs / 1000} s` } as const;
  timers.push(setTimeout(() => end(late), request.timeoutMs));
  const ended = new Promise<EvidenceResult>((resolve) => {
    child.once('error', (error) =>
      resolve({ state: 'Lost', said: `"${program}" could not be started: ${error.message}` }),
    );
    child.once('exit', (exitCode, signal) => {
      signalGroup(child.pid, 'SIGKILL');
      const result = cut ?? resultOf(exitCode, signal);
      // What is in the pipes is read; a process that left the group may hold them open for ever.
      const done = (): void => resolve(result);
      child.once('close', done);
      timers.push(setTimeout(done, 500));
    });
  }).finally(() => timers.forEach((timer) => clearTimeout(timer)));
  return { ended, stop: () => end({ state: 'Stopped', said: 'it was stopped' }) };
}

function resultOf(exitCode: number | null, signal: string | null): EvidenceResult {
  if (exitCode === 0) return { state: 'Passed', said: 'exit code 0' };
  return { state: 'Failed', said: exitCode === null ? `ended by ${signal ?? 'a signal'}` : `exit code ${exitCode}` };
}

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    kill(-pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
