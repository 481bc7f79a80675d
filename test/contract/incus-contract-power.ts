import assert from 'node:assert/strict';
import { it } from 'node:test';
import { valueOf } from '#api/fact.ts';
import { START, changed, createdInstance, powerOf, refusedWith, runningInstance } from './incus-world.ts';
import type { GetWorld } from './incus-world.ts';

/** What every Incus driver promises about the power of instances. */
export function powerTests(world: GetWorld): void {
  it('starts, restarts politely and stops, each boot with another process', async () => {
    const target = await createdInstance(world(), 'power', world().image);
    assert.deepEqual(await changed(world(), 'power', START), { status: 'Success' });
    const first = await powerOf(world(), 'power');
    assert.equal(first.status, 'Running');
    assert.ok(first.pid > 0 && first.processes >= 0, 'the guest answers');
    assert.deepEqual(await changed(world(), 'power', { action: 'restart', timeoutS: 10, force: false }), {
      status: 'Success',
    });
    const second = await powerOf(world(), 'power');
    assert.equal(second.status, 'Running');
    assert.notEqual(second.pid, first.pid);
    assert.deepEqual(await changed(world(), 'power', { action: 'stop', timeoutS: 10, force: false }), {
      status: 'Success',
    });
    assert.equal(valueOf(await world().reader.instance(target.project, 'power'))?.status, 'Stopped');
    const again = await changed(world(), 'power', { action: 'restart', timeoutS: 10, force: false });
    assert.equal(again.status, 'Failure', 'a stopped instance is started, not restarted');
  });

  it('refuses a time-out of 0, which the server would take as force', async () => {
    const target = await runningInstance(world(), 'zero', world().image);
    await refusedWith('Refused', world().writer.changeState(target, { action: 'stop', timeoutS: 0, force: false }));
    assert.equal((await powerOf(world(), 'zero')).status, 'Running');
  });

  it('leaves a guest that does not listen running after a polite restart, and restarts it by force', async () => {
    await runningInstance(world(), 'stuck', world().stuckImage);
    const before = await powerOf(world(), 'stuck');
    const polite = await changed(world(), 'stuck', { action: 'restart', timeoutS: 1, force: false });
    assert.equal(polite.status, 'Failure');
    assert.match(polite.error ?? '', /Failed shutting down instance/);
    assert.deepEqual(await powerOf(world(), 'stuck'), before);
    assert.deepEqual(await changed(world(), 'stuck', { action: 'restart', timeoutS: 1, force: true }), {
      status: 'Success',
    });
    const after = await powerOf(world(), 'stuck');
    assert.equal(after.status, 'Running');
    assert.notEqual(after.pid, before.pid);
  });

  it('lets force overtake a polite stop that hangs, but nothing polite', async () => {
    const target = await runningInstance(world(), 'overtaken', world().stuckImage);
    await world().writer.changeState(target, { action: 'stop', timeoutS: 30, force: false });
    await refusedWith('Busy', world().writer.changeState(target, { action: 'restart', timeoutS: 30, force: false }));
    const forced = await world().writer.changeState(target, { action: 'stop', timeoutS: 30, force: true });
    assert.deepEqual(await world().ended(forced), { status: 'Success' });
    assert.equal((await powerOf(world(), 'overtaken')).status, 'Stopped');
  });

  it('freezes and unfreezes the same process', async () => {
    await runningInstance(world(), 'frozen', world().image);
    const before = await powerOf(world(), 'frozen');
    assert.deepEqual(await changed(world(), 'frozen', { action: 'freeze', timeoutS: 5, force: false }), {
      status: 'Success',
    });
    const frozen = valueOf(await world().reader.instance(world().project, 'frozen'));
    assert.deepEqual([frozen?.status, frozen?.statusCode], ['Frozen', 110]);
    assert.equal((await changed(world(), 'frozen', START)).status, 'Failure');
    assert.deepEqual(await changed(world(), 'frozen', { action: 'unfreeze', timeoutS: 5, force: false }), {
      status: 'Success',
    });
    assert.equal((await powerOf(world(), 'frozen')).pid, before.pid);
  });

  it('can not stop a frozen guest politely, only by force', async () => {
    await runningInstance(world(), 'cold', world().image);
    await changed(world(), 'cold', { action: 'freeze', timeoutS: 5, force: false });
    assert.equal((await changed(world(), 'cold', { action: 'stop', timeoutS: 1, force: false })).status, 'Failure');
    assert.deepEqual(await changed(world(), 'cold', { action: 'stop', timeoutS: 1, force: true }), {
      status: 'Success',
    });
  });

  it('shows a guest that died as stopped', async () => {
    await runningInstance(world(), 'died', world().image);
    await world().killGuest('died');
    await world().until(
      async () => valueOf(await world().reader.instance(world().project, 'died'))?.status === 'Stopped',
    );
  });

  it('refuses to change an instance that is not there', async () => {
    await refusedWith('Refused', world().writer.changeState({ project: world().project, name: 'nobody' }, START));
  });
}
