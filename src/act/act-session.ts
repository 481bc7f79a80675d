import type { ProcessView } from '#drivers/process/process.ts';
import type { Action, CreateSession } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

const LOOK_MS = 10;
const LOOKS = 40;

/** Writes the launch files and starts the session; answers its ids and the process's start time. */
export async function createSession(action: CreateSession, { files, tmux, processes }: Writers): Promise<OutcomeFacts> {
  await removeOldSpools(action, files);
  for (const file of action.files) await files.write(file.path, file.text, file.mode);
  const { name, cwd, argv, marks, width, height } = action;
  const created = await tmux.writer.createSession({ name, cwd, argv, marks, width, height });
  const process = await processes.reader.read(created.panePid);
  return process.state === 'known' ? { created, startTime: process.value.startTime } : { created };
}

// What earlier incarnations said is in status; their folders would grow in number for good.
async function removeOldSpools({ spool }: CreateSession, files: Writers['files']): Promise<void> {
  if (spool === undefined) return;
  const old = (await files.list(spool.root)).filter((name) => name !== spool.keep);
  for (const name of old) await files.remove(`${spool.root}/${name}`);
}

type StopSession = Extract<Action, { type: 'StopSession' }>;

/** Ends the session and waits a moment for everything that it had started: what outlives that is asked to end and is a failure. */
export async function stopSession(action: StopSession, writers: Writers): Promise<OutcomeFacts> {
  const { tmux, processes, clock } = writers;
  await tmux.writer.killSession(action.target);
  let left: readonly ProcessView[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    left = await whatIsLeft(action, writers);
    if (left.length === 0) return {};
    await clock.sleep(LOOK_MS);
  }
  for (const { pid, startTime } of left) await processes.writer.signal({ pid, startTime }, 'SIGTERM');
  throw new StillAlive(left.map(({ pid }) => pid));
}

// The agent itself is asked for first: looking through all processes costs much more.
async function whatIsLeft({ mark, process }: StopSession, { processes }: Writers): Promise<readonly ProcessView[]> {
  const own = process === undefined ? undefined : await processes.reader.read(process.pid, process.startTime);
  if (own?.state === 'known') return [own.value];
  const marked = await processes.reader.find(mark);
  if (marked.state === 'unknown')
    throw new Error(`could not see whether the session's processes are gone: ${marked.message}`);
  return marked.state === 'known' ? marked.value : [];
}

/** A process outlived its session. The rest of the plan must not go on: two agents would write at once. */
class StillAlive extends Error {
  readonly reason = 'LeftoverProcess';

  constructor(pids: readonly number[]) {
    const which = pids.length === 1 ? `process ${String(pids[0])} is` : `processes ${pids.join(', ')} are`;
    super(`ended the session, but ${which} still alive; SIGTERM was sent, and it is looked for again`);
    this.name = 'StillAlive';
  }
}
