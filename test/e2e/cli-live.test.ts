import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { eventually } from '../support/eventually.ts';
import { createCliRig, isAlive, type CliRig, type StartedController } from './cli-rig.ts';

describe('a running controller', () => {
  let rig: CliRig;
  let controller: StartedController;
  const pidOf = (name: string, starts: number) =>
    eventually(`start ${String(starts)} of ${name}`, async () => {
      const { pids } = await rig.notes(name);
      const pid = pids.at(-1);
      return pids.length >= starts && pid !== undefined && isAlive(pid) ? pid : undefined;
    });
  const condition = (object: string, type: string) =>
    rig
      .get<readonly { type: string; status: string; reason: string; message: string }[] | undefined>(
        object,
        'status.conditions',
      )
      .then((list) => list?.find((one) => one.type === type));

  before(async () => {
    rig = await createCliRig();
    await rig.write('a.yaml', rig.agent('one'));
    controller = await rig.start('--manifests', rig.manifests);
  });
  after(() => rig.end());

  it('applies its manifests and follows an edit without a command', async () => {
    await pidOf('one', 1);
    await rig.write('b.yaml', rig.agent('two'));
    await pidOf('two', 1);
    assert.equal((await rig.ccci(['wait', 'agent/two', '--for=condition=Ready', '--timeout', '10s'])).code, 0);
    assert.deepEqual(await rig.ccci(['diff']), { code: 0, out: '', err: '' });
  });

  it('keeps the last good state when an edit is invalid: an event and a condition, and nothing else', async () => {
    const before = await rig.get<unknown>('agent/one', 'spec');
    await rig.write('a.yaml', rig.agent('one').replace('mode: Loop', 'mode: Lop'));
    const invalid = await eventually('the condition', async () => {
      const found = await condition('rig/default', 'ManifestValid');
      return found?.status === 'False' ? found : undefined;
    });
    assert.equal(invalid.reason, 'InvalidManifest');
    assert.match(invalid.message, /a\.yaml:5:9: agent\/one spec\.mode: must be one of .*did you mean "Loop"/);
    const { out } = await rig.ccci(['events', '--for', 'rig/default', '-o', 'json']);
    const events = JSON.parse(out) as readonly { reason: string }[];
    assert.equal(events.filter(({ reason }) => reason === 'InvalidManifest').length, 1);
    assert.deepEqual(await rig.get<unknown>('agent/one', 'spec'), before);
    assert.match((await rig.ccci(['status'])).out, /^Needs you\n {2}rig\/default {3}InvalidManifest/);
    assert.equal((await rig.notes('one')).pids.length, 1);
  });

  it('recovers by itself when it is corrected', async () => {
    await rig.write('a.yaml', rig.agent('one'));
    await eventually('the condition', async () => (await condition('rig/default', 'ManifestValid'))?.status === 'True');
    assert.doesNotMatch((await rig.ccci(['status'])).out, /Needs you/);
    assert.equal((await rig.notes('one')).pids.length, 1);
  });

  it('deletes nothing that is in no manifest any more', async () => {
    await rm(join(rig.manifests, 'b.yaml'));
    await writeFile(
      join(rig.manifests, 'a.yaml'),
      rig.agent('one').replace('metadata: { name: one }', 'metadata: { name: one, labels: { a: b } }'),
    );
    await eventually('the label', async () => (await rig.get('agent/one', 'metadata.labels.a')) === 'b');
    assert.equal((await rig.ccci(['get', 'agent/two', '-o', 'name'])).out, 'agent/two\n');
  });

  it('refuses a second controller and names the pid of the first', async () => {
    const { code, err } = await rig.ccci(['run']);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`^error: could not start: process ${String(controller.pid)} `));
  });

  it('starts a killed session and a killed process again', async () => {
    await rig.tmux.run('kill-session', '-t', '=one');
    const second = await pidOf('one', 2);
    process.kill(second, 'SIGKILL');
    await pidOf('one', 3);
    assert.equal(await rig.get<number>('agent/one', 'status.restarts.count'), 2);
  });

  it('keeps a session that a person renamed', async () => {
    const pid = await pidOf('one', 3);
    await rig.tmux.run('rename-session', '-t', '=one', 'my "own" name');
    await eventually(
      'the new name is seen',
      async () => (await rig.get('agent/one', 'status.session.name')) === 'my "own" name',
    );
    assert.ok(isAlive(pid));
    assert.equal((await rig.notes('one')).pids.length, 3);
  });

  it('types a ping literally, and knows that it was taken', async () => {
    const text = `it's "quoted" $(touch ${rig.folder}/pwned) \`id\` ; \\n #{pane_id} ä 🙂`;
    const sent = await rig.ccci(['ping', 'one', text, '--wait', '--timeout', '10s']);
    assert.equal(sent.code, 0, sent.err);
    const line = await eventually('the line is read', async () =>
      (await rig.notes('one')).lines.find((one) => one.includes(text)),
    );
    assert.ok(line.endsWith(text));
    await assert.rejects(readFile(join(rig.folder, 'pwned')));
  });

  it('shows the screen of an agent and its own decisions', async () => {
    assert.match((await rig.ccci(['logs', 'one'])).out, /^ready one\n/);
    assert.match((await rig.ccci(['logs', 'controller'])).out, /agent\/one {2}action done {2}CreateSession/);
  });

  it('stops an agent until it is started, and the crew beside it', async () => {
    const stopped = await rig.ccci(['stop', 'two', '--now', '--wait', '--timeout', '10s']);
    assert.equal(stopped.code, 0, stopped.err);
    assert.ok(!isAlive((await rig.notes('two')).pids.at(-1) ?? 0));
    assert.match((await rig.ccci(['status'])).out, / {2}two {3}stopped/);
    assert.equal((await rig.ccci(['start', 'two'])).out, 'agent/two is started\n');
    await pidOf('two', 2);
  });

  it('restarts an agent once when told to, and tells it why', async () => {
    await rig.ccci(['restart', 'two', '--why', 'new "keys"']);
    await pidOf('two', 3);
    await eventually('the prompt says why', async () => (await rig.notes('two')).prompt.includes('new "keys"'));
  });

  it('ends an agent that is deleted, and forgets it', async () => {
    const pid = await pidOf('two', 3);
    const { code } = await rig.ccci(['delete', 'agent/two', '--wait', '--timeout', '10s']);
    assert.equal(code, 0);
    assert.ok(!isAlive(pid));
  });

  it('leaves the session of an agent that is deleted as an orphan', async () => {
    const pid = await pidOf('one', 3);
    await rig.ccci(['delete', 'agent/one', '--orphan', '--wait', '--timeout', '10s']);
    assert.ok(isAlive(pid));
    assert.equal((await rig.ccci(['get', 'agents', '-o', 'name'])).out, '');
  });

  it('ends within 5 s and leaves agents alone', async () => {
    const pid = (await rig.notes('one')).pids.at(-1) ?? 0;
    const before = performance.now();
    assert.equal(await controller.end('SIGTERM'), 0);
    assert.ok(performance.now() - before < 5000);
    assert.ok(isAlive(pid));
  });
});
