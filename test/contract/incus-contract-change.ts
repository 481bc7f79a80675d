import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PreconditionFailed } from '#api/errors.ts';
import { valueOf } from '#api/fact.ts';
import type { InstanceUpdate, InstanceView } from '#drivers/incus/incus.ts';
import { createdInstance, refusedWith } from './incus-world.ts';
import type { GetWorld } from './incus-world.ts';

/** What every Incus driver promises about changes of configuration and the memory of a project. */
export function changeTests(world: GetWorld): void {
  async function seen(name: string): Promise<InstanceView> {
    const view = valueOf(await world().reader.instance(world().project, name));
    assert.ok(view);
    return view;
  }

  function updateOf({ etag, description }: InstanceView, more: Partial<InstanceUpdate>): InstanceUpdate {
    return { etag, description, config: {}, devices: {}, ...more };
  }

  it('changes the named keys at once, takes away the empty ones and keeps the rest', async () => {
    const target = await createdInstance(world(), 'changed', world().image);
    const config = { 'user.colour': 'blue', 'limits.memory': '24MiB' };
    await world().writer.update(target, updateOf(await seen('changed'), { config }));
    assert.equal((await seen('changed')).config['limits.memory'], '24MiB');
    await world().writer.update(target, updateOf(await seen('changed'), { config: { 'user.colour': null } }));
    const { config: after } = await seen('changed');
    assert.deepEqual([after['user.colour'], after['limits.memory']], [undefined, '24MiB']);
    assert.equal(after['user.ccci.request-id'], 'request-changed');
  });

  it('does not change an instance that is not the one that was looked at any more', async () => {
    const target = await createdInstance(world(), 'moved', world().image);
    const before = await seen('moved');
    await world().writer.update(target, updateOf(before, { config: { 'user.colour': 'blue' } }));
    const late = world().writer.update(target, updateOf(before, { config: { 'user.colour': 'red' } }));
    await assert.rejects(late, PreconditionFailed);
    assert.equal((await seen('moved')).config['user.colour'], 'blue');
  });

  it('refuses a change that would take the project over its cap, and changes nothing', async () => {
    const target = await createdInstance(world(), 'greedy', world().image);
    const greedy = updateOf(await seen('greedy'), { config: { 'limits.memory': '2GiB' } });
    await refusedWith('CapExceeded', world().writer.update(target, greedy));
    assert.equal((await seen('greedy')).config['limits.memory'], '16MiB');
  });

  it('counts the memory of every instance of the project, also of stopped ones', async () => {
    await createdInstance(world(), 'counted', world().image);
    const all = valueOf(await world().reader.memory(world().project)) ?? [];
    assert.deepEqual(
      all.find(({ name }) => name === 'counted'),
      { name: 'counted', limit: '16MiB', isRunning: false },
    );
  });

  it('never reads a mistyped project as one without instances', async () => {
    const fact = await world().reader.memory('terafrom-ci');
    assert.equal(fact.state === 'unknown' ? fact.reason : fact.state, 'ProjectMissing');
  });
}
