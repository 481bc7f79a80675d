import assert from 'node:assert/strict';
import { HOSTILE_TEXTS, paneOf, panesOf, request, untilDead, type TmuxRow } from './tmux-contract-row.ts';

/** Promises about looking. */
export const VIEW_ROWS: readonly TmuxRow[] = [
  {
    title: 'no server is absent, and looking starts none',
    test: async ({ reader }) => {
      assert.deepEqual(await reader.view(), { state: 'absent' });
      assert.deepEqual(await reader.capture('%0'), { state: 'absent' });
      assert.deepEqual(await reader.view(), { state: 'absent' });
    },
  },
  {
    title: 'a server that was killed is absent',
    test: async (under) => {
      await under.writer.createSession(request(under));
      await under.others.killServer();
      await under.eventually('the view is absent', async () => (await under.reader.view()).state === 'absent');
    },
  },
  {
    title: 'a view shows every session with the ids that its creation answered',
    test: async (under) => {
      const one = await under.writer.createSession(request(under));
      const two = await under.writer.createSession(request(under, { name: 'ccci-test-two', marks: { rig: 'r' } }));
      assert.equal(one.serverPid, two.serverPid);
      assert.deepEqual(await paneOf(under, two), {
        sessionId: two.sessionId,
        sessionName: 'ccci-test-two',
        paneId: two.paneId,
        panePid: two.panePid,
        dead: false,
        inMode: false,
        attachedClients: 0,
        marks: { rig: 'r' },
      });
      assert.equal((await panesOf(under)).length, 2);
    },
  },
  {
    title: 'ids stay when a person renames a session',
    test: async (under) => {
      const created = await under.writer.createSession(request(under, { marks: { rig: 'r', agent: 'a' } }));
      await under.others.rename(created.sessionId, 'mine now');
      const pane = await paneOf(under, created);
      assert.equal(pane.sessionName, 'mine now');
      assert.equal(pane.paneId, created.paneId);
      assert.deepEqual(pane.marks, { rig: 'r', agent: 'a' });
    },
  },
  {
    title: 'a session that somebody else made has no marks',
    test: async (under) => {
      await under.writer.createSession(request(under, { marks: { rig: 'r' } }));
      await under.others.newSession('ccci-test-foreign');
      const pane = (await panesOf(under)).find((each) => each.sessionName === 'ccci-test-foreign');
      assert.deepEqual(pane?.marks, {});
    },
  },
  {
    title: 'a program that has ended leaves its pane with its exit status',
    test: async (under) => {
      const created = await under.writer.createSession(request(under, { argv: under.programs.exits(3) }));
      const pane = await untilDead(under, created);
      assert.equal(pane.panePid, created.panePid);
      assert.equal(pane.deadStatus, 3);
      assert.equal(pane.deadSignal, undefined);
      assert.equal((await under.processes.read(created.panePid)).state, 'absent');
    },
  },
  {
    title: 'a program that was killed leaves its pane with the signal',
    test: async (under) => {
      const created = await under.writer.createSession(request(under));
      const process = await under.processes.read(created.panePid);
      assert.equal(process.state, 'known');
      if (process.state === 'known') await under.processWriter.signal(process.value, 'SIGKILL');
      const pane = await untilDead(under, created);
      assert.equal(pane.deadSignal, 9);
      assert.equal(pane.deadStatus, undefined);
    },
  },
  {
    title: 'a signal is not sent to another process under the same pid',
    test: async (under) => {
      const created = await under.writer.createSession(request(under));
      await under.processWriter.signal({ pid: created.panePid, startTime: 1 }, 'SIGKILL');
      assert.equal((await under.processes.read(created.panePid)).state, 'known');
      assert.equal((await under.processes.read(created.panePid, 1)).state, 'absent');
    },
  },
  {
    title: 'many views at once all see a session that was made before they were asked for',
    test: async (under) => {
      await under.writer.createSession(request(under));
      const first = Promise.all([panesOf(under), panesOf(under)]);
      await under.writer.createSession(request(under, { name: 'ccci-test-two' }));
      const later = await Promise.all([panesOf(under), panesOf(under), panesOf(under)]);
      assert.deepEqual(
        later.map((panes) => panes.length),
        [2, 2, 2],
      );
      await first;
    },
  },
  {
    title: 'hostile marks come back byte for byte, and only on their session',
    test: async (under) => {
      const other = await under.writer.createSession(request(under, { name: 'ccci-test-other', marks: { rig: 'o' } }));
      for (const [index, { text, reason }] of HOSTILE_TEXTS.entries()) {
        const marks = { rig: text, agent: `${text}${text}`, incarnation: 'plain' };
        const created = await under.writer.createSession(request(under, { name: `ccci-test-${index}`, marks }));
        assert.deepEqual((await paneOf(under, created)).marks, marks, reason);
        await under.writer.mark(created, { agent: text, launch: text });
        assert.deepEqual((await paneOf(under, created)).marks, { ...marks, agent: text, launch: text }, reason);
      }
      assert.deepEqual((await paneOf(under, other)).marks, { rig: 'o' });
    },
  },
];
