import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { valueOf } from '#api/fact.ts';
import type { CreateInstance, IncusError } from '#drivers/incus/incus.ts';
import { changeTests } from './incus-contract-change.ts';
import { guestTests } from './incus-contract-guest.ts';
import { storageTests } from './incus-contract-storage.ts';
import { powerTests } from './incus-contract-power.ts';
import { START, changed, createdInstance, powerOf, refusedWith, request, runningInstance } from './incus-world.ts';
import type { GetWorld, IncusWorld } from './incus-world.ts';

/** What every Incus driver promises. */
export function incusContract(title: string, makeWorld: () => Promise<IncusWorld>, skip: string | false = false): void {
  describe(title, { skip }, () => {
    let world: IncusWorld;
    before(async () => {
      world = await makeWorld();
    });
    after(async () => {
      await world?.close();
    });
    for (const suite of [
      lookingTests,
      creatingTests,
      changeTests,
      guestTests,
      storageTests,
      powerTests,
      leftoverTests,
      failureTests,
      watchingTests,
    ])
      suite(() => world);
  });
}

function lookingTests(world: GetWorld): void {
  it('says absent for an instance and an image that are not there', async () => {
    const { reader, project } = world();
    assert.deepEqual(await reader.instance(project, 'nobody'), { state: 'absent' });
    assert.deepEqual(await reader.state(project, 'nobody'), { state: 'absent' });
    assert.deepEqual(await reader.imageTarget(project, 'nothing'), { state: 'absent' });
    assert.deepEqual(await reader.operation('00000000-0000-4000-8000-000000000000'), { state: 'absent' });
    assert.deepEqual(await reader.operationsOn(project, 'nobody'), { state: 'known', value: [] });
  });

  it('never reads a mistyped project as absent', async () => {
    const { reader, writer } = world();
    const typo = 'terafrom-ci';
    const facts = [
      await reader.instance(typo, 'any'),
      await reader.state(typo, 'any'),
      await reader.imageTarget(typo, 'any'),
      await reader.operationsOn(typo, 'any'),
    ];
    assert.deepEqual(
      facts.map((fact) => (fact.state === 'unknown' ? fact.reason : fact.state)),
      Array(4).fill('ProjectMissing'),
    );
    await refusedWith('ProjectMissing', writer.create({ ...request(world(), 'typo'), project: typo }));
  });

  it('tells which image an alias points to', async () => {
    const { reader, project, image } = world();
    assert.match(valueOf(await reader.imageTarget(project, image)) ?? '', /^[0-9a-f]{64}$/);
  });
}

function creatingTests(world: GetWorld): void {
  it('creates a complete, stopped instance that carries the id of its request', async () => {
    const { reader, writer, project } = world();
    const id = await writer.create(request(world(), 'made'));
    assert.deepEqual(await world().ended(id), { status: 'Success' });
    const made = valueOf(await reader.instance(project, 'made'));
    assert.equal(made?.status, 'Stopped');
    assert.equal(made.halfCreated, false);
    assert.equal(made.config['user.ccci.request-id'], 'request-made');
    assert.equal(made.config['limits.memory'], '64MiB');
    assert.equal(made.type, 'container');
  });

  it('shows a create under way as busy, not as half-made, and lets nobody start it', async () => {
    const { reader, writer, project } = world();
    const id = await writer.create({ ...request(world(), 'slow'), image: { alias: world().slowImage } });
    await world().until(async () => (await reader.instance(project, 'slow')).state === 'known');
    assert.deepEqual(valueOf(await reader.operationsOn(project, 'slow')), [{ id, description: 'Creating instance' }]);
    assert.equal(valueOf(await reader.instance(project, 'slow'))?.halfCreated, false);
    await refusedWith('Busy', writer.changeState({ project, name: 'slow' }, START));
    await refusedWith('Busy', writer.changeState({ project, name: 'slow' }, { ...START, force: true }));
    assert.deepEqual(await world().ended(id), { status: 'Success' });
    assert.deepEqual(await reader.operationsOn(project, 'slow'), { state: 'known', value: [] });
    assert.equal(valueOf(await reader.instance(project, 'slow'))?.halfCreated, false);
  });

  const refusals: { reason: IncusError['reason']; change: Partial<CreateInstance>; because: string }[] = [
    { reason: 'NameTaken', change: { name: 'made' }, because: 'the name is taken' },
    { reason: 'ImageMissing', change: { image: { alias: 'no-such-image' } }, because: 'the image is missing' },
    {
      reason: 'CapExceeded',
      change: { config: { 'limits.memory': '2GiB' } },
      because: 'the project would be over its cap',
    },
    { reason: 'Refused', change: { config: {} }, because: 'the project has a cap and the instance no limit' },
  ];
  for (const { reason, change, because } of refusals) {
    it(`refuses a create with ${reason} when ${because}, and changes nothing`, async () => {
      const { reader, writer, project } = world();
      const before = await reader.instance(project, 'made');
      await refusedWith(reason, writer.create({ ...request(world(), 'refused'), ...change }));
      assert.deepEqual(await reader.instance(project, 'refused'), { state: 'absent' });
      assert.deepEqual(await reader.instance(project, 'made'), before);
    });
  }
}

function leftoverTests(world: GetWorld): void {
  it('does not delete what somebody else made', async () => {
    const { reader, writer, project } = world();
    await world().addForeign('foreign');
    assert.equal(valueOf(await reader.instance(project, 'foreign'))?.config['user.ccci.request-id'], undefined);
    await refusedWith('Refused', writer.delete({ project, name: 'foreign' }));
    await refusedWith('NameTaken', writer.create(request(world(), 'foreign')));
    assert.equal((await reader.instance(project, 'foreign')).state, 'known');
  });

  it('does not delete a complete instance, though it is its own', async () => {
    const target = await createdInstance(world(), 'complete', world().image);
    await refusedWith('Refused', world().writer.delete({ ...target, requestId: 'request-complete' }));
    assert.equal((await world().reader.instance(target.project, 'complete')).state, 'known');
  });

  it('recognises the leftover of a create that the death of the daemon cut off, and deletes only its own', async () => {
    const { reader, writer, project } = world();
    await writer.create({ ...request(world(), 'half'), image: { alias: world().slowImage } });
    await world().until(async () => (await reader.instance(project, 'half')).state === 'known');
    await world().crash();
    await world().comeBack();
    await world().until(async () => (await reader.instance(project, 'half')).state === 'known');
    const half = valueOf(await reader.instance(project, 'half'));
    assert.equal(half?.halfCreated, true);
    assert.equal(half.config['user.ccci.request-id'], 'request-half');
    assert.equal((await changed(world(), 'half', START)).status, 'Failure');
    await refusedWith('Refused', writer.delete({ project, name: 'half', requestId: 'another' }));
    const id = await writer.delete({ project, name: 'half', requestId: 'request-half' });
    assert.deepEqual(await world().ended(id), { status: 'Success' });
    assert.deepEqual(await reader.instance(project, 'half'), { state: 'absent' });
  });
}

function failureTests(world: GetWorld): void {
  it('knows nothing while the daemon is dead, and the guests live on', async () => {
    const { reader, project } = world();
    await runningInstance(world(), 'survivor', world().image);
    // How many processes a guest has is its own affair; which one is its first tells whether it was started again.
    const { pid, status } = await powerOf(world(), 'survivor');
    await world().crash();
    await everythingFailsWith(world(), 'ServerUnreachable');
    await world().comeBack();
    await world().until(async () => (await reader.state(project, 'survivor')).state === 'known');
    const after = await powerOf(world(), 'survivor');
    assert.deepEqual([after.pid, after.status], [pid, status]);
  });

  it('knows nothing while the daemon hangs', async () => {
    const { reader, project } = world();
    await world().hang();
    await everythingFailsWith(world(), 'ServerHung');
    await world().comeBack();
    await world().until(async () => (await reader.instance(project, 'made')).state === 'known');
  });
}

function watchingTests(world: GetWorld): void {
  it('tells when it connected, which instance changed, when the stream broke, and when it is back', async () => {
    const target = await createdInstance(world(), 'watched', world().image);
    const heard: (string | undefined)[] = [];
    const stop = new AbortController();
    world().watcher.watch(target.project, (instance) => heard.push(instance), stop.signal);
    await world().until(() => heard.includes(undefined));
    for (const step of ['started', 'died'] as const) {
      heard.length = 0;
      if (step === 'started') await changed(world(), 'watched', START);
      else await world().killGuest('watched');
      await world().until(() => heard.includes('watched'));
    }
    heard.length = 0;
    await world().crash();
    await world().until(() => heard.includes(undefined));
    heard.length = 0;
    await world().comeBack();
    await world().until(() => heard.includes(undefined));
    stop.abort();
  });

  it('tells when a create has ended, which has no event of its own', async () => {
    const heard: (string | undefined)[] = [];
    const stop = new AbortController();
    world().watcher.watch(world().project, (instance) => heard.push(instance), stop.signal);
    await world().until(() => heard.includes(undefined));
    const id = await world().writer.create({ ...request(world(), 'announced'), image: { alias: world().slowImage } });
    await world().ended(id);
    await world().until(
      async () =>
        heard.includes('announced') &&
        (await world().reader.operationsOn(world().project, 'announced')).state === 'known',
    );
    stop.abort();
  });

  it('tells nothing after the signal', async () => {
    const heard: (string | undefined)[] = [];
    const stop = new AbortController();
    const target = await createdInstance(world(), 'unwatched', world().image);
    world().watcher.watch(target.project, (instance) => heard.push(instance), stop.signal);
    await world().until(() => heard.includes(undefined));
    stop.abort();
    heard.length = 0;
    await changed(world(), 'unwatched', START);
    assert.deepEqual(heard, []);
  });
}

async function everythingFailsWith(world: IncusWorld, reason: IncusError['reason']): Promise<void> {
  const { reader, writer, project } = world;
  const facts = [
    await reader.instance(project, 'made'),
    await reader.operation('any'),
    await reader.operationsOn(project, 'made'),
  ];
  assert.deepEqual(
    facts.map((fact) => (fact.state === 'unknown' ? fact.reason : fact.state)),
    [reason, reason, reason],
  );
  await refusedWith(reason, writer.changeState({ project, name: 'made' }, START));
}
