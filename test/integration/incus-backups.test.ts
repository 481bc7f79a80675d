import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { valueOf } from '#api/fact.ts';
import type { BackupView } from '#drivers/incus/backup.ts';
import { createIncus, type Incus } from '#drivers/incus/real-incus.ts';
import { IMAGES, type Incusd } from '../../demo/incusd/incusd.ts';
import { eventually } from '../support/eventually.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';

describe('a backup of a real instance in a file of the controller', { skip: skipIncusd }, () => {
  let incusd: Incusd;
  let incus: Incus;
  const folder = mkdtempSync(join(tmpdir(), `ccci-test-${String(process.pid)}-backups-`));
  const path = join(folder, 'vm', 'b0.tar.gz');

  before(async () => {
    incusd = await startTestIncusd();
    const { url, clientCertFile: certFile, clientKeyFile: keyFile, fingerprint } = incusd;
    incus = createIncus(
      { kind: 'https', url, certFile, keyFile, fingerprint },
      { clock: createSystemClock(), random: Math.random },
    );
    const { project } = incusd;
    const request = {
      project,
      name: 'vm',
      type: 'container',
      image: { alias: IMAGES.polite },
      requestId: 'r1',
    } as const;
    const devices = { root: { type: 'disk', path: '/', pool: 'default' } };
    await incus.writer.create({ ...request, config: { 'limits.memory': '16MiB' }, devices });
    await eventually(
      'the instance is made',
      async () => valueOf(await incus.reader.operationsOn(project, 'vm'))?.length === 0,
    );
    await incus.writer.backUp({ project, name: 'vm' }, 'b0');
    // The server shows a backup from its beginning on: only the end of its operation says that it is whole.
    await eventually(
      'the server has ended its work',
      async () => valueOf(await incus.reader.operationsOn(project, 'vm'))?.length === 0,
    );
    await eventually(
      'the backup is made',
      async () => (await incus.reader.backup({ project, name: 'vm' }, 'b0')).state === 'known',
    );
  });
  after(async () => {
    incus.close();
    await incusd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function fetched(backup: string, to = path): Promise<BackupView> {
    await incus.backups.fetch({ project: incusd.project, name: 'vm', backup, path: to });
    await eventually('the backup is here', async () => valueOf(await incus.backups.look(to))?.state !== 'Writing');
    return valueOf(await incus.backups.look(to)) ?? assert.fail();
  }

  it('is absent before, and done, owner-only and restorable after it was fetched', async () => {
    assert.deepEqual(await incus.backups.look(path), { state: 'absent' });
    const view = await fetched('b0');
    assert.equal(view.state, 'Done', JSON.stringify(view));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(path).size, view.bytes);
  });

  it('brings the instance back after its disk was wiped', async () => {
    const target = { project: incusd.project, name: 'vm' };
    const uuid = valueOf(await incus.reader.instance(target.project, 'vm'))?.config['volatile.uuid'] ?? '';
    await incus.writer.wipe({ ...target, uuid });
    await eventually('gone', async () => (await incus.reader.instance(target.project, 'vm')).state === 'absent');
    const body = readFileSync(path);
    // Incus 6.0 refuses to import volatile keys into a project with limits: docs/virtual-machines.md says how to restore.
    await incusd.admin.run({ method: 'POST', path: '/1.0/instances?project=default', body });
    const back = await incusd.admin.ask({ method: 'GET', path: '/1.0/instances/vm?project=default' });
    assert.equal(back.config['user.ccci.request-id'], 'r1');
  });

  it('is failed, not done, when the server has no such backup', async () => {
    const view = await fetched('no-such', join(folder, 'vm', 'none.tar.gz'));
    assert.equal(view.state, 'Failed');
    assert.match(view.error ?? '', /does not hand out the backup/);
  });

  it('is absent when the controller died before it was whole: nothing half is taken for a backup', async () => {
    const half = join(folder, 'vm', 'half.tar.gz');
    writeFileSync(`${half}.part`, 'cut');
    assert.deepEqual(await incus.backups.look(half), { state: 'absent' });
  });

  it('is absent once the file was cut off', async () => {
    truncateSync(path, statSync(path).size - 10);
    assert.deepEqual(await incus.backups.look(path), { state: 'absent' });
  });
});
