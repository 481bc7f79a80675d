import type { Action, CreateSession } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

const LOOK_MS = 10;
const LOOKS = 40;

/** Writes the launch files and starts the session; answers its ids and the process's start time. */
export async function createSession(action: CreateSession, { files, tmux, processes }: Writers): Promise<OutcomeFacts> {
  for (const file of action.files) await files.write(file.path, file.text, file.mode);
  const { name, cwd, argv, marks, width, height } = action;
  const created = await tmux.writer.createSession({ name, cwd, argv, marks, width, height });
  const process = await processes.reader.read(created.panePid);
  return process.state === 'known' ? { created, startTime: process.value.startTime } : { created };
}

/** Ends the session and waits a moment for its process: the next pass looks for what outlived it. */
export async function stopSession(
  action: Extract<Action, { type: 'StopSession' }>,
  { tmux, processes, clock }: Writers,
): Promise<OutcomeFacts> {
  await tmux.writer.killSession(action.target);
  if (action.process === undefined) return {};
  const { pid, startTime } = action.process;
  for (let look = 0; look < LOOKS; look += 1) {
    const seen = await processes.reader.read(pid, startTime);
    if (seen.state !== 'known') return {};
    await clock.sleep(LOOK_MS);
  }
  await processes.writer.signal({ pid, startTime }, 'SIGTERM');
  throw new StillAlive(pid);
}

/** A process outlived its session. The rest of the plan must not go on: two agents would write at once. */
class StillAlive extends Error {
  readonly reason = 'LeftoverProcess';

  constructor(pid: number) {
    super(`ended the session, but process ${String(pid)} is still alive; it was sent SIGTERM and is looked for again`);
    this.name = 'StillAlive';
  }
}
