import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';

import { createFileStore } from '#store/file-store.ts';

import { eventually } from '../support/eventually.ts';
import { openNoticeSocket, withoutNotices, type NoticeSocket } from '../support/notice-socket.ts';
import { createCliRig, type CliRig } from './cli-rig.ts';

describe('the controller as a service', () => {
  let rig: CliRig;
  before(async () => (rig = await createCliRig()));
  after(() => rig.end());

  it('install shows what it would write, with the paths of this rig, and writes nothing', async () => {
    const line = ['install', '--system', '--run-as', 'ana', '--manifests', 'manifests', '--dry-run'];
    const { code, out } = await rig.ccci(line);
    assert.equal(code, 0);
    assert.ok(out.includes(`\nExecStart=`) && out.includes(` run --manifests ${rig.manifests}\n`), out);
    assert.ok(out.includes(`\nEnvironment=CCCI_STATE_DIR=${rig.stateDir}\n`));
    assert.match(out, /\n# would run systemctl enable ccci\.service\n/);
  });

  it('a start after a boot logs it once, and status shows it', async () => {
    assert.equal((await rig.ccci(['run', '--once'])).code, 0);
    const store = createFileStore(rig.stateDir);
    const stored = await store.get('Rig/default');
    assert.ok(stored !== undefined && 'versions' in stored);
    const boots = { id: '00000000-another-boot', count: 0, recent: [] };
    await store.writeStatus('Rig/default', { ...stored.status, boots }, stored.versions.status);
    await store.close();
    for (let count = 0; count < 2; count += 1) assert.equal((await rig.ccci(['run', '--once'])).code, 0);
    const log = await readFile(join(rig.stateDir, 'REBOOTS.md'), 'utf8');
    assert.match(
      log,
      /^# Reboots of this host\n\n## Reboots\n\n- \d{4}-\d\d-\d\d \d\d:\d\d UTC, boot [0-9a-f]{8}: [^\n]+\n$/,
    );
    assert.match((await rig.ccci(['status'])).out, /\n1 reboot of this host logged, the last \w+ ago\n/);
  });

  describe('under a service manager', { skip: process.env['CI'] === undefined ? withoutNotices() : false }, () => {
    let socket: NoticeSocket;
    before(async () => (socket = await openNoticeSocket()));
    after(() => socket.end());

    it('says that it is ready, that it works, and that it ends', async () => {
      await rig.write('a.yaml', rig.agent('one'));
      Object.assign(rig.environment, { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '300000' });
      const controller = await rig.start('--manifests', rig.manifests);
      const count = (word: string) => socket.notices().filter((one) => one === word).length;
      await eventually('it has said that it works, more than once', async () => count('WATCHDOG=1') >= 3);
      assert.equal(socket.notices()[0], 'READY=1');
      assert.equal(count('READY=1'), 1);
      const online = async () => (await rig.ccci(['events'])).out.includes('online, no phase is open, loops up: one');
      await eventually('the operator is told that it is online', online);
      assert.equal(await controller.end('SIGTERM'), 0);
      const note = JSON.parse(await readFile(join(rig.stateDir, 'life.json'), 'utf8')) as { ended: boolean };
      assert.equal(note.ended, true, 'the start after the next boot knows that this one ended in order');
      await eventually('it has said that it ends', async () => count('STOPPING=1') === 1);
      assert.equal((await rig.tmux.run('has-session', '-t', '=one')).trim(), '', 'the agent is left running');
    });
  });
});
