import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Places } from './prepare.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/ccci');

/** `ccci run` at work, as a user would have started it. */
export type RunningCcci = {
  readonly pid: number;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** The end of what it wrote to stderr. */
  lastWords(): string;
};

/** Starts the controller on the rig's manifests; it ends by itself when the sequence is complete. */
export function startCcci(places: Places, more: readonly string[] = ['--until-complete']): RunningCcci {
  const log = join(places.folder, 'ccci.log');
  const file = openSync(log, 'a', 0o600);
  const child: ChildProcess = spawn(
    PROGRAM,
    ['run', '--manifests', places.manifests, ...more, ...globalFlags(places)],
    {
      cwd: places.folder,
      // Neither a tmux that this runs in, nor a user's configuration of tmux or git, takes part.
      env: { ...process.env, CCCI_NODE: process.execPath, CCCI_TMUX_CONFIG: '/dev/null', TMUX: '', NO_COLOR: '1' },
      // A Ctrl-C on the terminal is for the demo, which then ends everything in order.
      detached: true,
      stdio: ['ignore', file, file],
    },
  );
  closeSync(file);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    lastWords: () => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n'),
  };
}

/** Flags that name the rig to every command. */
export function globalFlags({ stateDir, tmuxSocket }: Places): readonly string[] {
  return ['--state-dir', stateDir, '--tmux-socket', tmuxSocket];
}
