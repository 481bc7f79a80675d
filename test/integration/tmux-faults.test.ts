import assert from 'node:assert/strict';
import { writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createProcessWatcher } from '#drivers/process/process-watcher.ts';
import { createProcesses } from '#drivers/process/real-process.ts';
import { createTmux } from '#drivers/tmux/real-tmux.ts';
import { TmuxError } from '#drivers/tmux/tmux-call.ts';
import type { SessionRequest } from '#drivers/tmux/tmux.ts';
import { eventually } from '../support/eventually.ts';
import { startPrivateTmux, type PrivateTmux } from '../support/tmux.ts';

let machine: PrivateTmux;
let tmux: ReturnType<typeof createTmux>;

function request(change: Partial<SessionRequest> = {}): SessionRequest {
  const usual = { name: 'ccci-test-one', argv: ['/bin/sleep', '1000'], marks: {}, width: 100, height: 30 };
  return { cwd: machine.folder, ...usual, ...change };
}

async function paneNow(sessionId: string) {
  const view = await tmux.reader.view();
  return view.state === 'known' ? view.value.panes.find((pane) => pane.sessionId === sessionId) : undefined;
}

describe('a real tmux server in trouble', () => {
  beforeEach(async () => {
    machine = await startPrivateTmux();
    const { socketPath, environment, folder } = machine;
    const target = { socket: { path: socketPath }, configFile: '/dev/null', environment };
    tmux = createTmux({ ...target, channel: folder, timeoutMs: 500 });
  });
  afterEach(() => machine.end());

  it('is unknown while it hangs, and known again after', async () => {
    const created = await tmux.writer.createSession(request());
    process.kill(created.serverPid, 'SIGSTOP');
    try {
      const view = await tmux.reader.view();
      assert.equal(view.state === 'unknown' && view.reason, 'TmuxUnreachable');
      await assert.rejects(tmux.writer.mark(created, { rig: 'x' }), TmuxError);
    } finally {
      process.kill(created.serverPid, 'SIGCONT');
    }
    await eventually('it answers', async () => (await tmux.reader.view()).state === 'known');
  });

  it('is absent after kill -9, and a new one starts on the socket that stayed behind', async () => {
    const { serverPid } = await tmux.writer.createSession(request());
    process.kill(serverPid, 'SIGKILL');
    await eventually('it is absent', async () => (await tmux.reader.view()).state === 'absent');
    const next = await tmux.writer.createSession(request());
    assert.notEqual(next.serverPid, serverPid);
    await assert.rejects(tmux.writer.recoverSocket(serverPid));
  });

  it('is followed by a new one at once when it has just been killed', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      await tmux.writer.createSession(request());
      await machine.run('kill-server');
    }
  });

  it('is known without panes when it has no session', async () => {
    const created = await tmux.writer.createSession(request());
    await machine.run('set-option', '-s', 'exit-empty', 'off');
    await tmux.writer.killSession(created);
    const view = await tmux.reader.view();
    assert.deepEqual(view, { state: 'known', value: { serverPid: created.serverPid, panes: [] } });
  });

  it('is unknown when it can not be asked at all', async () => {
    const { environment } = machine;
    const tooLong = createTmux({ socket: { path: `/tmp/${'x'.repeat(200)}` }, environment });
    assert.equal((await tooLong.reader.view()).state, 'unknown');
    const missing = createTmux({ socket: { path: machine.socketPath }, environment: { PATH: machine.folder } });
    assert.equal((await missing.reader.view()).state, 'unknown');
    await assert.rejects(missing.writer.createSession(request()), TmuxError);
  });

  it('gets exactly the environment that was handed in', async () => {
    process.env['NOTIFY_SOCKET'] = '/run/secret';
    await tmux.writer.createSession(request());
    delete process.env['NOTIFY_SOCKET'];
    const names = (await machine.run('show-environment', '-g'))
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    // PWD is tmux's own doing.
    assert.deepEqual(names.filter((name) => name !== 'PWD').sort(), Object.keys(machine.environment).sort());
  });

  it('makes no session in a folder that is not there, or from a command that is too long', async () => {
    await tmux.writer.createSession(request({ name: 'ccci-test-other' }));
    const missing = request({ cwd: join(machine.folder, 'none') });
    await assert.rejects(tmux.writer.createSession(missing), /can not be entered/);
    await assert.rejects(tmux.writer.createSession(request({ cwd: '/bin/sleep' })), /is not a folder/);
    const long = request({ argv: ['/bin/echo', 'x'.repeat(20_000)] });
    await assert.rejects(tmux.writer.createSession(long), /too long.*launcher/);
    const view = await tmux.reader.view();
    assert.equal(view.state === 'known' && view.value.panes.length, 1);
  });

  it('runs a command without arguments as it is, without a shell that reads it', async () => {
    const program = join(machine.folder, `it's $(a) "program"; exit 1`);
    await writeFile(program, '#!/bin/sh\nexec sleep 1000\n');
    await chmod(program, 0o700);
    const created = await tmux.writer.createSession(request({ argv: [program] }));
    await eventually('the pane is the program', async () => {
      const process = await createProcesses().reader.read(created.panePid);
      return process.state === 'known' && process.value.argv[0] === 'sleep';
    });
  });

  it('keeps the hooks of its user, and none of the watcher when that has ended', async () => {
    await tmux.writer.createSession(request());
    await machine.run('set-hook', '-g', 'session-renamed', 'display-message renamed');
    const stop = new AbortController();
    let told = 0;
    tmux.watcher.watch(() => (told += 1), stop.signal);
    await eventually('the watcher is there', async () => told > 0);
    const hooks = await eventually('its hooks are set', async () => {
      const text = await machine.run('show-hooks', '-g');
      return text.includes('ccci-watch') && text;
    });
    assert.match(hooks, /session-renamed\[0\] display-message renamed/);
    stop.abort();
    await eventually('its hooks are gone', async () => !(await machine.run('show-hooks', '-g')).includes('ccci-'));
    assert.match(await machine.run('show-hooks', '-g'), /session-renamed\[0\] display-message renamed/);
    assert.doesNotMatch(await machine.run('show-options', '-s'), /@ccci/);
  });

  it('is told about after the last of many changes', async () => {
    const { sessionId } = await tmux.writer.createSession(request());
    let seen: string | undefined;
    const stop = new AbortController();
    const look = async () => {
      seen = (await paneNow(sessionId))?.sessionName;
    };
    tmux.watcher.watch(() => void look(), stop.signal);
    for (let turn = 0; turn < 60; turn += 1) await machine.run('rename-session', '-t', sessionId, `turn-${turn}`);
    await eventually('the last name was looked at', async () => seen === 'turn-59');
    stop.abort();
  });

  it('notices every death once the process watcher reminds it', async () => {
    const watcher = createProcessWatcher({ onGone: () => undefined });
    const { reader } = createProcesses();
    for (let turn = 0; turn < 15; turn += 1) {
      const argv = ['/bin/sh', '-c', 'sleep 0.08; exit 3'];
      const created = await tmux.writer.createSession(request({ name: `ccci-test-${turn}`, argv }));
      const found = await reader.read(created.panePid);
      if (found.state === 'known') watcher.set([found.value]);
      const pane = await eventually('the status is there', async () => {
        const now = await paneNow(created.sessionId);
        return now?.deadStatus !== undefined && now;
      });
      assert.equal(pane.deadStatus, 3);
    }
    watcher.close();
  });
});
