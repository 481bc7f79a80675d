import assert from 'node:assert/strict';
import { FakeClock } from '../fakes/fake-clock.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import type { FakeLaunch, FakeProgram, FakeTerminal } from '../fakes/fake-tmux-server.ts';
import { tmuxContract } from './tmux-contract.ts';
import type { Recorder, TmuxUnderTest } from './tmux-contract-row.ts';

type Record = { input: string; launch?: FakeLaunch; pid?: number };

const KEYS = new Map([
  ['Enter', '\r'],
  ['Escape', '\u001b'],
  ['C-c', '\u0003'],
]);

tmuxContract('the tmux server of the fake host', async () => {
  const clock = new FakeClock();
  const host = new FakeHost(clock);
  const records = new Map<string, Record>();
  host.onStart((terminal, launch) => startProgram(clock, records, { terminal, launch }));
  return {
    reader: host.tmux,
    writer: host.tmuxWriter,
    watcher: host.tmuxWatcher,
    processes: host.processes,
    processWriter: host.processWriter,
    cwd: '/srv',
    programs: {
      recorder: async (options) => newRecorder(records, options),
      exits: (status) => ['/bin/exits', String(status)],
      sleeps: ['/bin/sleeps'],
    },
    others: {
      newSession: async (name) => void host.startForeign({ name }),
      rename: async (sessionId, name) => host.edit(sessionId, { name }),
      scroll: async (paneId) => host.edit(paneId.replace('%', '$'), { inMode: true }),
      killServer: async () => host.killServer(),
      vanishSocket: async () => host.vanishSocket(),
    },
    eventually: async (what, ask) => {
      for (let turn = 0; turn < 100; turn += 1) {
        const answer = await ask();
        if (answer !== undefined && answer !== false) return answer;
        await clock.advance(20);
      }
      assert.fail(`did not happen within 2 s of the fake clock: ${what}`);
    },
    end: async () => undefined,
  } satisfies TmuxUnderTest;
});

function newRecorder(
  records: Map<string, Record>,
  { ignoresHangup = false, args = [] }: { ignoresHangup?: boolean; args?: readonly string[] } = {},
): Recorder {
  const id = String(records.size);
  const record: Record = { input: '' };
  records.set(id, record);
  return {
    argv: ['/bin/recorder', id, ignoresHangup ? 'ignore-hangup' : '-', ...args],
    started: async () => {
      assert.ok(record.launch !== undefined && record.pid !== undefined, 'the recorder must have been started');
      return { args: record.launch.argv.slice(3), env: record.launch.env, pid: record.pid };
    },
    input: async () => record.input,
  };
}

function startProgram(
  clock: FakeClock,
  records: Map<string, Record>,
  { terminal, launch }: { terminal: FakeTerminal; launch: FakeLaunch },
): FakeProgram {
  const [program, first = '', hangup] = launch.argv;
  if (program === '/bin/exits') clock.after(5, () => terminal.exit(Number(first)));
  const record = program === '/bin/recorder' ? records.get(first) : undefined;
  if (record === undefined) return {};
  Object.assign(record, { launch, pid: terminal.pid });
  if (hangup === 'ignore-hangup') terminal.ignore('SIGHUP');
  terminal.write('ready\n');
  return {
    onText: (text) => void (record.input += `\u001b[200~${text}\u001b[201~`),
    onKeys: (keys) => void (record.input += keys.map((key) => KEYS.get(key) ?? key).join('')),
  };
}
