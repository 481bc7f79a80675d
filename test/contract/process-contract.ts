import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { valueOf } from '#api/fact.ts';
import type { ProcessReader, ProcessView, ProcessWatcher, ProcessWriter } from '#drivers/process/process.ts';

/** What the suite needs to try a process driver. */
export type ProcessesUnderTest = {
  readonly reader: ProcessReader;
  readonly writer: ProcessWriter;
  watcher(onGone: (target: { pid: number; startTime: number }) => void): ProcessWatcher;
  /** A rig name that no other process has. */
  readonly rig: string;
  /** Starts a process that lives until it is ended, and answers its pid once it runs. */
  start(options?: { env?: Readonly<Record<string, string>>; ignoresHangup?: boolean }): Promise<number>;
  /** Starts a process that has one child; answers both pids. */
  startWithChild(): Promise<{ parent: number; child: number }>;
  /** Starts a process that uses processor time. */
  startBusy(): Promise<number>;
  /** Starts a process that ends and that nobody waits for, and answers its pid when it has. */
  startZombie(): Promise<number>;
  eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T>;
  readonly end: () => Promise<void>;
};

type Row = { readonly title: string; readonly test: (under: ProcessesUnderTest) => Promise<void> };

const NO_PID = 4_000_000;

/** What every process driver promises. */
export function processContract(name: string, open: () => Promise<ProcessesUnderTest>): void {
  describe(`${name} keep the process driver's promises`, () => {
    for (const row of ROWS) {
      it(row.title, async () => {
        const under = await open();
        try {
          await row.test(under);
        } finally {
          await under.end();
        }
      });
    }
  });
}

async function view({ reader }: ProcessesUnderTest, pid: number): Promise<ProcessView> {
  const found = valueOf(await reader.read(pid));
  assert.ok(found, `process ${pid} must be readable`);
  return found;
}

const ROWS: readonly Row[] = [
  {
    title: 'how a process ended is told as long as nobody has waited for it',
    test: async (under) => {
      const ended = await under.startZombie();
      const exit = valueOf(await under.reader.exitOf(ended));
      assert.ok(exit !== undefined && 'status' in exit, JSON.stringify(exit));
      assert.equal((await under.reader.exitOf(await under.start())).state, 'absent');
      assert.equal((await under.reader.exitOf(NO_PID)).state, 'absent');
    },
  },
  {
    title: 'a live process is known by its pid and its start time, and only by these',
    test: async (under) => {
      const pid = await under.start();
      const found = await view(under, pid);
      assert.equal(found.pid, pid);
      assert.equal((await under.reader.read(pid, found.startTime)).state, 'known');
      assert.equal((await under.reader.read(pid, found.startTime + 1)).state, 'absent');
      assert.equal((await under.reader.read(NO_PID)).state, 'absent');
      assert.equal((await under.reader.tree(NO_PID)).state, 'absent');
    },
  },
  {
    title: 'only variables of ccci are shown, byte for byte',
    test: async (under) => {
      const env = { CCCI_RIG: under.rig, CCCI_AGENT: 'a=b\n "c" \u{1f916}', SECRET: 'x', CCCI_EMPTY: '' };
      const found = await view(under, await under.start({ env }));
      assert.equal(found.env['CCCI_AGENT'], 'a=b\n "c" \u{1f916}');
      assert.equal(found.env['CCCI_EMPTY'], '');
      assert.equal(found.env['SECRET'], undefined);
    },
  },
  {
    title: 'processes are found by the rig and the agent in their environment',
    test: async (under) => {
      const builder = await under.start({ env: { CCCI_RIG: under.rig, CCCI_AGENT: 'builder' } });
      const tester = await under.start({ env: { CCCI_RIG: under.rig, CCCI_AGENT: 'tester' } });
      await under.start({ env: { CCCI_RIG: `${under.rig}x`, CCCI_AGENT: 'builder' } });
      const pids = async (mark: { rig: string; agent?: string }): Promise<readonly number[] | undefined> =>
        valueOf(await under.reader.find(mark))?.map(({ pid }) => pid);
      assert.deepEqual((await pids({ rig: under.rig }))?.toSorted(), [builder, tester].toSorted());
      assert.deepEqual(await pids({ rig: under.rig, agent: 'tester' }), [tester]);
      assert.deepEqual(await pids({ rig: `${under.rig}-none` }), []);
    },
  },
  {
    title: 'a zombie is absent, and is not found',
    test: async (under) => {
      const pid = await under.startZombie();
      assert.equal((await under.reader.read(pid)).state, 'absent');
      assert.equal((await under.reader.tree(pid)).state, 'absent');
    },
  },
  {
    title: 'a signal reaches exactly that process, and none when it has gone',
    test: async (under) => {
      const pid = await under.start();
      const found = await view(under, pid);
      await under.writer.signal({ pid, startTime: found.startTime + 1 }, 'SIGKILL');
      assert.equal((await under.reader.read(pid)).state, 'known');
      await under.writer.signal(found, 'SIGTERM');
      await under.eventually('it is gone', async () => (await under.reader.read(pid)).state === 'absent');
      await under.writer.signal(found, 'SIGTERM');
    },
  },
  {
    title: 'a process may ignore the hang-up, but not SIGKILL',
    test: async (under) => {
      const pid = await under.start({ ignoresHangup: true });
      const found = await view(under, pid);
      await under.writer.signal(found, 'SIGHUP');
      assert.equal((await under.reader.read(pid)).state, 'known');
      await under.writer.signal(found, 'SIGKILL');
      await under.eventually('it is gone', async () => (await under.reader.read(pid)).state === 'absent');
    },
  },
  {
    title: 'a tree has the descendants, and counts the time that they use',
    test: async (under) => {
      const { parent, child } = await under.startWithChild();
      assert.deepEqual(valueOf(await under.reader.tree(parent))?.descendants, [child]);
      assert.deepEqual(valueOf(await under.reader.tree(child))?.descendants, []);
      const busy = await under.startBusy();
      const before = valueOf(await under.reader.tree(busy))?.cpuTicks ?? NaN;
      await under.eventually('its time goes up', async () => {
        return (valueOf(await under.reader.tree(busy))?.cpuTicks ?? NaN) > before;
      });
    },
  },
  {
    title: 'the watcher tells once of each process that ends, also when it is told to watch it again',
    test: async (under) => {
      const [stays, goes] = [await view(under, await under.start()), await view(under, await under.start())];
      const gone: number[] = [];
      const watcher = under.watcher(({ pid }) => gone.push(pid));
      watcher.set([stays, goes, { pid: NO_PID, startTime: 1 }]);
      await under.eventually('told of what was never there', async () => gone.length === 1);
      await under.writer.signal(goes, 'SIGKILL');
      await under.eventually('told of the end', async () => gone.length === 2);
      const again = { ...stays, startTime: stays.startTime + 1 };
      watcher.set([stays, goes, again, { pid: NO_PID, startTime: 1 }]);
      await under.eventually('told of another process under the pid', async () => gone.length === 3);
      watcher.close();
      assert.deepEqual(gone, [NO_PID, goes.pid, stays.pid]);
    },
  },
];
