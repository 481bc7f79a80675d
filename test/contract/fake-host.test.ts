import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock } from '../fakes/fake-clock.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import type { FakeTerminal } from '../fakes/fake-tmux-server.ts';

const REQUEST = { name: 'builder', cwd: '/', argv: ['/bin/agent'], marks: { rig: 'r' }, width: 80, height: 24 };

describe('what can go wrong on the fake host', () => {
  it('tmux may lose a death: the process is gone by kernel fact, the pane dies when tmux is reminded', async () => {
    const host = new FakeHost(new FakeClock());
    host.losesDeaths = true;
    const created = await host.tmuxWriter.createSession(REQUEST);
    host.kernel.signal(created.panePid, 'SIGKILL');
    assert.equal((await host.processes.read(created.panePid)).state, 'absent');
    assert.equal(host.session('builder')?.dead, undefined);
    host.noticeDeaths();
    assert.deepEqual(host.session('builder')?.dead, { signal: 'SIGKILL' });
  });

  it('the server may die: its processes get the hang-up, and those that ignore it go on without it', async () => {
    const host = new FakeHost(new FakeClock());
    host.onStart((terminal, launch) => {
      terminal.exec(launch.argv, { CCCI_RIG: 'r', CCCI_AGENT: launch.name });
      if (launch.name === 'stubborn') terminal.ignore('SIGHUP');
      return {};
    });
    await host.tmuxWriter.createSession(REQUEST);
    const stubborn = await host.tmuxWriter.createSession({ ...REQUEST, name: 'stubborn' });
    host.killServer();
    const found = await host.processes.find({ rig: 'r' });
    assert.deepEqual(found.state === 'known' && found.value.map(({ pid, ppid }) => ({ pid, ppid })), [
      { pid: stubborn.panePid, ppid: 1 },
    ]);
    assert.deepEqual(await host.tmux.view(), { state: 'absent' });
  });

  it('answers may fail, and events may be lost', async () => {
    const clock = new FakeClock();
    const host = new FakeHost(clock);
    let told = 0;
    host.tmuxWatcher.watch(() => (told += 1), new AbortController().signal);
    host.losesEvents = true;
    await host.tmuxWriter.createSession(REQUEST);
    await clock.advance(100);
    assert.equal(told, 0);
    host.tmuxFailure = 'the server hangs';
    assert.equal((await host.tmux.view()).state, 'unknown');
    await assert.rejects(host.tmuxWriter.createSession({ ...REQUEST, name: 'other' }), /the server hangs/);
    host.processFailure = 'no /proc';
    assert.equal((await host.processes.find({ rig: 'r' })).state, 'unknown');
  });

  it('a program may start children that outlive it', async () => {
    const host = new FakeHost(new FakeClock());
    let terminal: FakeTerminal | undefined;
    host.onStart((own) => {
      terminal = own;
      return {};
    });
    const created = await host.tmuxWriter.createSession(REQUEST);
    const child = terminal?.spawn(['/bin/child'], { CCCI_RIG: 'r' });
    const tree = await host.processes.tree(created.panePid);
    assert.deepEqual(tree.state === 'known' && tree.value.descendants, [child]);
    terminal?.exit(1);
    const found = await host.processes.find({ rig: 'r' });
    assert.deepEqual(found.state === 'known' && found.value.map(({ pid, ppid }) => ({ pid, ppid })), [
      { pid: child, ppid: 1 },
    ]);
  });
});
