import { readFile, stat } from 'node:fs/promises';
import { getuid, kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TmuxReader } from './tmux.ts';

const WAIT_MS = 2000;
const STEP_MS = 20;

/**
 * Asks a tmux server whose socket vanished to make it again (SIGUSR1), and waits up to 2 s until it answers there.
 * Does nothing when that server answers already. Throws when the pid is not a tmux server of this user, when another
 * server answers on the socket (the signal would take the socket away from it), or when no answer comes.
 */
export async function recoverSocket(reader: TmuxReader, serverPid: number): Promise<void> {
  const what = `could not ask tmux server ${serverPid} for its socket`;
  const answering = await answeringPid(reader);
  if (answering === serverPid) return;
  if (answering !== undefined) throw new Error(`${what}: server ${answering} answers on that socket`);
  await checkServer(serverPid, what);
  kill(serverPid, 'SIGUSR1');
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += STEP_MS) {
    if ((await answeringPid(reader)) === serverPid) return;
    await sleep(STEP_MS);
  }
  throw new Error(`${what}: it does not answer there after ${WAIT_MS} ms; perhaps it was started on another socket`);
}

async function answeringPid(reader: TmuxReader): Promise<number | undefined> {
  const view = await reader.view();
  return view.state === 'known' ? view.value.serverPid : undefined;
}

async function checkServer(pid: number, what: string): Promise<void> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  if (name.trim() !== 'tmux: server') {
    throw new Error(`${what}: process ${pid} is ${name === '' ? 'gone' : `"${name.trim()}"`}, not "tmux: server"`);
  }
  const { uid } = await stat(`/proc/${pid}`);
  if (uid !== getuid?.()) throw new Error(`${what}: it belongs to user ${uid}`);
}
