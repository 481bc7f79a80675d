import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { WorldOptions } from '#controller/world.ts';

/** The real controller as a process of its own. */
export type KillableController = {
  readonly pid: number;
  /** Lets it kill itself with SIGKILL that many steps from now; 0 takes it back. */
  killAfter(steps: number): void;
  /** How many steps it has taken: each is a moment just before or after it changes something. */
  steps(): Promise<number>;
  isAlive(): boolean;
  /** Kills it with SIGKILL, when it is not dead yet, and waits for its end. */
  kill(): Promise<void>;
};

const PROGRAM = fileURLToPath(new URL('./pipeline-controller.ts', import.meta.url));

/**
 * Starts it; resolves when it runs, or has killed itself: at the step that `killAt` says, or as soon as a status with
 * the text `killAtStatus` in it is on disk.
 */
export async function spawnController(
  options: WorldOptions,
  { logFile, killAt, killAtStatus = '' }: { logFile: string; killAt: number; killAtStatus?: string },
): Promise<KillableController> {
  const child = fork(PROGRAM, [JSON.stringify(options), logFile, String(killAt), killAtStatus], {
    env: { ...options.environment, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  await Promise.race([ended, new Promise((resolve) => child.once('message', resolve))]);
  if (!isAlive() && child.signalCode !== 'SIGKILL') throw new Error(`the controller ended: ${String(child.exitCode)}`);
  return {
    pid: child.pid ?? 0,
    isAlive,
    killAfter: (steps) => void child.send({ killAfter: steps }),
    steps: () =>
      new Promise((resolve) => {
        child.once('message', (message) => resolve((message as { steps: number }).steps));
        child.send({ ask: 'steps' });
      }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
