import assert from 'node:assert/strict';
import { it } from 'node:test';
import { valueOf } from '#api/fact.ts';
import { createdInstance, refusedWith, runningInstance } from './incus-world.ts';
import type { GetWorld } from './incus-world.ts';

/** What every Incus driver promises about the files and programs in an instance. */
export function guestTests(world: GetWorld): void {
  const file = { path: '/var/lib/certs/live/key.pem', mode: '0600', uid: 0, gid: 0 };

  async function textOf(target: { project: string; name: string }, path: string): Promise<string | undefined> {
    return valueOf(await world().guest.reader.file(target, path))?.bytes.toString('utf8');
  }

  it('puts a file into a running instance with its folders, its mode and its owner', async () => {
    const target = await runningInstance(world(), 'guest', world().image);
    await world().guest.writer.putFile(target, { ...file, bytes: Buffer.from('first') });
    const seen = valueOf(await world().guest.reader.file(target, file.path));
    assert.deepEqual([seen?.mode, seen?.uid, seen?.gid, seen?.bytes.toString()], ['0600', 0, 0, 'first']);
  });

  it('replaces a file, and its mode too', async () => {
    const target = { project: world().project, name: 'guest' };
    await world().guest.writer.putFile(target, { ...file, mode: '0640', bytes: Buffer.from([0, 255, 10]) });
    const seen = valueOf(await world().guest.reader.file(target, file.path));
    assert.deepEqual([seen?.mode, [...(seen?.bytes ?? [])]], ['0640', [0, 255, 10]]);
  });

  it('puts a file into a container that does not run', async () => {
    const target = await createdInstance(world(), 'asleep', world().image);
    await world().guest.writer.putFile(target, { ...file, bytes: Buffer.from('early') });
    await world().guest.writer.putFile(target, { ...file, bytes: Buffer.from('later') });
    assert.equal(await textOf(target, file.path), 'later');
  });

  it('says absent for a file that is not there, and knows nothing where there is no instance', async () => {
    const { project, guest } = world();
    assert.deepEqual(await guest.reader.file({ project, name: 'guest' }, '/no/such/file'), { state: 'absent' });
    assert.equal((await guest.reader.file({ project, name: 'nobody' }, '/etc/hostname')).state, 'unknown');
    const typo = await guest.reader.file({ project: 'terafrom-ci', name: 'guest' }, '/etc/hostname');
    assert.equal(typo.state === 'unknown' ? typo.reason : typo.state, 'ProjectMissing');
    await assert.rejects(guest.writer.putFile({ project, name: 'nobody' }, { ...file, bytes: Buffer.alloc(0) }));
  });

  it('runs a program whose output and exit status stand in the guest', async () => {
    const target = { project: world().project, name: 'guest' };
    const argv = ['/bin/sh', '-c', 'echo "said $COLOUR"; exit 3'];
    const command = { folder: '/var/lib/ccci/steps/talk', argv, environment: { COLOUR: 'blue' }, timeoutS: 5 };
    await world().guest.writer.run(target, command);
    await world().until(async () => (await textOf(target, '/var/lib/ccci/steps/talk/exit')) !== undefined);
    assert.equal(await textOf(target, '/var/lib/ccci/steps/talk/exit'), '3\n');
    assert.equal(await textOf(target, '/var/lib/ccci/steps/talk/output'), 'said blue\n');
  });

  it('runs nothing in an instance that does not run', async () => {
    const command = { folder: '/var/lib/ccci/steps/no', argv: ['/bin/true'], environment: {}, timeoutS: 5 };
    await refusedWith('Refused', world().guest.writer.run({ project: world().project, name: 'asleep' }, command));
  });
}
