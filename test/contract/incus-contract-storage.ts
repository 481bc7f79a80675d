import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PreconditionFailed } from '#api/errors.ts';
import { valueOf } from '#api/fact.ts';
import { createdInstance, refusedWith, runningInstance } from './incus-world.ts';
import type { GetWorld, IncusWorld } from './incus-world.ts';

/** What every Incus driver promises about what wipes, renames or keeps a disk. */
export function storageTests(world: GetWorld): void {
  const DONE = { status: 'Success' };

  it('wipes only the very instance that was looked at', async () => {
    const target = await createdInstance(world(), 'wiped', world().image);
    const uuid = await uuidOf(world(), 'wiped');
    await assert.rejects(world().writer.wipe({ ...target, uuid: 'another' }), PreconditionFailed);
    assert.deepEqual(await world().ended(await world().writer.wipe({ ...target, uuid })), DONE);
    assert.deepEqual(await world().reader.instance(target.project, 'wiped'), { state: 'absent' });
    await createdInstance(world(), 'wiped', world().image);
    await assert.rejects(world().writer.wipe({ ...target, uuid }), PreconditionFailed);
  });

  it('wipes nothing that runs or is protected', async () => {
    const target = await runningInstance(world(), 'precious', world().image);
    const uuid = await uuidOf(world(), 'precious');
    await refusedWith('Refused', world().writer.wipe({ ...target, uuid }));
    const { etag, description } = valueOf(await world().reader.instance(target.project, 'precious')) ?? assert.fail();
    const config = { 'security.protection.delete': 'true' };
    await world().writer.update(target, { etag, description, config, devices: {} });
    await refusedWith('InstanceProtected', world().writer.wipe({ ...target, uuid }));
  });

  it('renames a stopped instance, which keeps its identity, and frees the name', async () => {
    const target = await createdInstance(world(), 'kept', world().image);
    const uuid = await uuidOf(world(), 'kept');
    await assert.rejects(world().writer.rename({ ...target, uuid: 'another' }, 'kept-old'), PreconditionFailed);
    assert.deepEqual(await world().ended(await world().writer.rename({ ...target, uuid }, 'kept-old')), DONE);
    assert.deepEqual(await world().reader.instance(target.project, 'kept'), { state: 'absent' });
    assert.equal(await uuidOf(world(), 'kept-old'), uuid);
  });

  it('keeps a backup on the server until it is told to forget it', async () => {
    const target = await runningInstance(world(), 'backed', world().image);
    assert.deepEqual(await world().reader.backup(target, 'b0'), { state: 'absent' });
    assert.deepEqual(await world().ended(await world().writer.backUp(target, 'b0')), DONE);
    assert.equal((await world().reader.backup(target, 'b0')).state, 'known');
    assert.deepEqual(await world().ended(await world().writer.forgetBackup(target, 'b0')), DONE);
    assert.deepEqual(await world().reader.backup(target, 'b0'), { state: 'absent' });
  });
}

async function uuidOf(world: IncusWorld, name: string): Promise<string> {
  return valueOf(await world.reader.instance(world.project, name))?.config['volatile.uuid'] ?? assert.fail();
}
