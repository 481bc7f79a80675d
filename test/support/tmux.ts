import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A tmux server of a test's own, on a socket in a temporary folder. It runs from the first session on. */
export type PrivateTmux = {
  readonly folder: string;
  readonly socketPath: string;
  /** The environment of the server and everything in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs tmux on that socket and answers what it printed. */
  run(...args: readonly string[]): Promise<string>;
  /** Ends the server, everything that was started in it, and the folder. */
  end(): Promise<void>;
};

/**
 * Waits until its input ends, which it also does when the test process is killed; then ends every process that has the
 * folder's name in its environment (also those that ignore the hang-up) and removes the folder.
 */
const WATCHDOG = `
read -r _
for file in $(grep -lsF "$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -9 "\${pid%/environ}" 2>/dev/null
done
rm -rf "$1"
`;

/** Makes a private tmux. Nothing of it outlives the test process. */
export async function startPrivateTmux(): Promise<PrivateTmux> {
  const folder = await mkdtemp(`/tmp/ccci-test-${process.pid}-tmux-`);
  await chmod(folder, 0o700);
  const socketPath = join(folder, 'tmux');
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder, CCCI_TEST_FOLDER: folder };
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'watchdog', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.unref();
  const ended = new Promise((resolve) => watchdog.once('exit', resolve));
  return {
    folder,
    socketPath,
    environment,
    run: async (...args) => {
      const prefix = ['-u', '-f', '/dev/null', '-S', socketPath];
      return (await promisify(execFile)('tmux', [...prefix, ...args], { env: environment })).stdout;
    },
    end: async () => {
      watchdog.ref();
      watchdog.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
