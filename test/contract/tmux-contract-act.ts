import assert from 'node:assert/strict';
import { PreconditionFailed } from '#api/errors.ts';
import type { PanePrecondition } from '#drivers/tmux/tmux.ts';
import { paneOf, panesOf, recorded, request, untilDead, untilInput, type TmuxRow } from './tmux-contract-row.ts';

const WRONG: readonly { readonly reason: string; readonly change: Partial<PanePrecondition> }[] = [
  { reason: 'another process', change: { panePid: 1 } },
  { reason: 'another session', change: { sessionId: '$77' } },
  { reason: 'another pane', change: { paneId: '%77' } },
];

/** Promises about acts on sessions, and about what happens to servers. */
export const ACT_ROWS: readonly TmuxRow[] = [
  ...WRONG.map(({ reason, change }) => ({
    title: `a precondition with ${reason} does not hold, and nothing changes`,
    test: async (under: Parameters<TmuxRow['test']>[0]) => {
      const { session, recorder } = await recorded(under);
      const { writer } = under;
      const before = await panesOf(under);
      const wrong = { ...session, ...change };
      await assert.rejects(writer.mark(wrong, { rig: 'x' }), PreconditionFailed);
      await assert.rejects(writer.paste(wrong, 'no'), PreconditionFailed);
      await assert.rejects(writer.sendKeys(wrong, ['n']), PreconditionFailed);
      await assert.rejects(writer.killSession(wrong), PreconditionFailed);
      assert.deepEqual(await panesOf(under), before);
      await writer.paste(session, 'yes');
      assert.equal(await untilInput(under, recorder, '201~'), '\u001b[200~yes\u001b[201~');
    },
  })),
  {
    title: 'without a server every precondition fails',
    test: async ({ writer, reader }) => {
      const target = { sessionId: '$0', paneId: '%0', panePid: 7 };
      await assert.rejects(writer.mark(target, { rig: 'x' }), PreconditionFailed);
      await assert.rejects(writer.paste(target, 'x'), PreconditionFailed);
      await assert.rejects(writer.killSession(target), PreconditionFailed);
      assert.deepEqual(await reader.view(), { state: 'absent' });
    },
  },
  {
    title: 'an empty mark takes the mark away',
    test: async (under) => {
      const created = await under.writer.createSession(request(under, { marks: { rig: 'r', agent: 'a' } }));
      await under.writer.mark(created, { agent: '' });
      assert.deepEqual((await paneOf(under, created)).marks, { rig: 'r' });
    },
  },
  {
    title: 'a session that is ended is gone, with its process, and the others stay',
    test: async (under) => {
      const { session } = await recorded(under);
      const other = await under.writer.createSession(request(under, { name: 'ccci-test-two' }));
      await under.writer.killSession(session);
      assert.deepEqual(
        (await panesOf(under)).map((pane) => pane.sessionId),
        [other.sessionId],
      );
      await under.eventually('the process is gone', async () => {
        return (await under.processes.read(session.panePid)).state === 'absent';
      });
    },
  },
  {
    title: 'a session can be ended when it is the last one, and when its program is dead',
    test: async (under) => {
      const created = await under.writer.createSession(request(under, { argv: under.programs.exits(1) }));
      await untilDead(under, created);
      await under.writer.killSession(created);
      await under.eventually('no server is left', async () => (await under.reader.view()).state === 'absent');
      const next = await under.writer.createSession(request(under));
      assert.equal((await paneOf(under, next)).dead, false);
    },
  },
  {
    title: 'a process that ignores the hang-up survives the end of its session',
    test: async (under) => {
      const { session } = await recorded(under, { ignoresHangup: true });
      await under.writer.createSession(request(under, { name: 'ccci-test-two' }));
      await under.writer.killSession(session);
      assert.equal((await panesOf(under)).length, 1);
      const process = await under.processes.read(session.panePid);
      assert.equal(process.state, 'known');
      if (process.state === 'known') await under.processWriter.signal(process.value, 'SIGKILL');
      await under.eventually('the process is gone', async () => {
        return (await under.processes.read(session.panePid)).state === 'absent';
      });
    },
  },
  {
    title: 'a server whose socket vanished is asked for it, and has the same processes',
    test: async (under) => {
      const created = await under.writer.createSession(request(under, { marks: { rig: 'r' } }));
      await under.others.vanishSocket();
      assert.deepEqual(await under.reader.view(), { state: 'absent' });
      await under.writer.recoverSocket(created.serverPid);
      const pane = await paneOf(under, created);
      assert.equal(pane.panePid, created.panePid);
      assert.deepEqual(pane.marks, { rig: 'r' });
      await under.writer.recoverSocket(created.serverPid);
    },
  },
  {
    title: 'a socket is not taken away from another server, nor asked of another program',
    test: async (under) => {
      const old = await under.writer.createSession(request(under));
      await under.others.vanishSocket();
      const young = await under.writer.createSession(request(under, { name: 'ccci-test-two' }));
      assert.notEqual(young.serverPid, old.serverPid);
      await assert.rejects(under.writer.recoverSocket(old.serverPid), /answers on that socket/);
      await assert.rejects(under.writer.recoverSocket(young.panePid));
      assert.equal((await paneOf(under, young)).panePid, young.panePid);
    },
  },
  {
    title: 'the watcher tells of sessions that come and go, and of a server that dies and comes back',
    test: async (under) => {
      let told = 0;
      const stop = new AbortController();
      under.watcher.watch(() => (told += 1), stop.signal);
      const next = async (what: string, change: () => Promise<unknown>): Promise<void> => {
        const before = told;
        await change();
        await under.eventually(what, async () => told > before);
      };
      try {
        await next('told of a server', () => under.writer.createSession(request(under)));
        await next('told of a session', () => under.others.newSession('ccci-test-foreign'));
        const { sessionId } = await under.writer.createSession(request(under, { name: 'ccci-test-two' }));
        await next('told of a new name', () => under.others.rename(sessionId, 'ccci-test-three'));
        await next('told of the end', () => under.others.killServer());
        await next('told of the next server', () => under.writer.createSession(request(under)));
      } finally {
        stop.abort();
      }
    },
  },
];
