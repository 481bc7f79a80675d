import { mkdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createProcessWatcher } from '#drivers/process/process-watcher.ts';
import { createProcesses } from '#drivers/process/real-process.ts';
import { createTmux } from '#drivers/tmux/real-tmux.ts';
import { tmuxContract } from '../contract/tmux-contract.ts';
import type { Recorder, TmuxUnderTest } from '../contract/tmux-contract-row.ts';
import { eventually } from '../support/eventually.ts';
import { startPrivateTmux } from '../support/tmux.ts';

const RECORDER = join(import.meta.dirname, '../fixtures/programs/recorder.ts');

tmuxContract('a real tmux server', async () => {
  const machine = await startPrivateTmux();
  const { folder, socketPath, environment, run } = machine;
  const tmux = createTmux({ socket: { path: socketPath }, configFile: '/dev/null', environment, channel: folder });
  const { reader: processes, writer: processWriter } = createProcesses();
  // The watcher reminds tmux of deaths that it lost, as the controller's does.
  const deaths = createProcessWatcher({ onGone: () => undefined });
  const writer: TmuxUnderTest['writer'] = {
    ...tmux.writer,
    async createSession(request) {
      const created = await tmux.writer.createSession(request);
      const process = await processes.read(created.panePid);
      if (process.state === 'known') deaths.set([process.value]);
      return created;
    },
  };
  let count = 0;
  return {
    ...tmux,
    writer,
    processes,
    processWriter,
    cwd: folder,
    programs: {
      recorder: async (options) => newRecorder(join(folder, `recorder-${(count += 1)}`), options),
      exits: (status) => ['/bin/sh', '-c', `sleep 0.05; exit ${status}`],
      sleeps: ['/bin/sleep', '1000'],
    },
    others: {
      newSession: async (name) => void (await run('new-session', '-d', '-s', name, '--', '/bin/sleep', '1000')),
      rename: async (sessionId, name) => void (await run('rename-session', '-t', sessionId, name)),
      scroll: async (paneId) => void (await run('copy-mode', '-t', paneId)),
      killServer: async () => void (await run('kill-server')),
      vanishSocket: () => unlink(socketPath),
    },
    eventually,
    end: async () => {
      deaths.close();
      await machine.end();
    },
  } satisfies TmuxUnderTest;
});

async function newRecorder(
  folder: string,
  { ignoresHangup = false, args = [] }: { ignoresHangup?: boolean; args?: readonly string[] } = {},
): Promise<Recorder> {
  await mkdir(folder);
  return {
    argv: [process.execPath, RECORDER, folder, ignoresHangup ? 'ignore-hangup' : '-', ...args],
    started: () =>
      eventually('the recorder has started', async () => {
        const text = await readFile(join(folder, 'started'), 'utf8').catch(() => undefined);
        return text === undefined ? undefined : JSON.parse(text);
      }),
    input: () => readFile(join(folder, 'input'), 'utf8'),
  };
}
