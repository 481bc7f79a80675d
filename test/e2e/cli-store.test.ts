import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { createCliRig, type CliRig } from './cli-rig.ts';

describe('apply and diff', () => {
  let rig: CliRig;
  before(async () => (rig = await createCliRig()));
  after(() => rig.end());

  it('stores nothing when anything is wrong, and names every mistake with its place', async () => {
    await rig.write('a.yaml', rig.agent('one'));
    await rig.write('b.yaml', 'apiVersion: ccci.dev/v1alpha1\nkind: Agnet\nmetadata: { name: x }\nspec: {}\n');
    await rig.write('c.yaml', rig.agent('two').replace('mode: Loop', 'mod: Loop'));
    const { code, out, err } = await rig.ccci(['apply', '-f', rig.manifests]);
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /b\.yaml:2:7: agnet\/x kind: must be one of .*did you mean "Agent"/);
    assert.match(err, /c\.yaml:\d+:\d+: agent\/two spec\.mod: .*did you mean "mode"/);
    assert.match(err, /error: \d+ mistakes in the manifests; nothing was stored\nhint: /);
    assert.equal((await rig.ccci(['get', 'all', '-o', 'name'])).out, '');
  });

  it('says created, then unchanged, and that no controller runs', async () => {
    await rig.write('b.yaml', '');
    await rig.write('c.yaml', '');
    const dry = await rig.ccci(['apply', '-f', rig.manifests, '--dry-run']);
    assert.equal(dry.out, 'agent/one created (dry run)\n');
    const first = await rig.ccci(['apply', '-f', rig.manifests]);
    assert.equal(first.out, 'agent/one created\n');
    assert.match(first.err, /warning: no controller runs/);
    const second = await rig.ccci(['apply', '-f', rig.manifests]);
    assert.equal(second.out, 'agent/one unchanged\n');
    assert.equal(second.code, 0);
  });

  it('shows the acts to come with their reason, and says that it looked by itself', async () => {
    const { code, out, err } = await rig.ccci(['diff']);
    assert.equal(code, 1);
    assert.match(out, /agent\/one\n {4}\+ make the folder .*\n {8}WorkdirMissing: /);
    assert.match(err, /no controller runs; this command observed by itself/);
  });

  it('is silent with exit code 0 once everything is as it should be', async () => {
    assert.equal((await rig.ccci(['run', '--once'])).code, 0);
    for (const line of [['diff'], ['diff', '-f', rig.manifests]]) {
      const { code, out } = await rig.ccci(line);
      assert.deepEqual({ code, out }, { code: 0, out: '' });
    }
  });

  it('names the restart and why when a session was killed', async () => {
    await rig.tmux.run('kill-session', '-t', '=one');
    const { code, out } = await rig.ccci(['diff']);
    assert.equal(code, 1);
    assert.match(out, /~ restart session "one" {2}\[restart session\]\n {8}[A-Z]\w+: .+\n/);
    assert.match(out, /\n1 action \(1 restart session\)\n$/);
    const json = JSON.parse((await rig.ccci(['diff', '-o', 'json'])).out) as { actions: { blast: string }[] };
    assert.equal(json.actions[0]?.blast, 'restart session');
  });

  it('shows fields before they are stored, as text and as a patch', async () => {
    await rig.write('a.yaml', rig.agent('one').replace('inline: go', 'inline: "go on"'));
    const { code, out } = await rig.ccci(['diff', '-f', rig.manifests]);
    assert.equal(code, 1);
    assert.match(out, /~ agent\/one\n {6}~ spec\.prompt\.inline: go -> go on\n/);
    const patches: unknown = JSON.parse((await rig.ccci(['diff', '-f', rig.manifests, '-o', 'patch'])).out);
    assert.deepEqual(patches, [
      {
        key: 'Agent/one',
        outcome: 'configured',
        patch: [{ op: 'replace', path: '/spec/prompt/inline', value: 'go on' }],
      },
    ]);
    assert.equal((await rig.ccci(['apply', '-f', rig.manifests])).out, 'agent/one configured\n');
  });

  it('takes objects that are in no manifest away only when told to', async () => {
    await rig.write('b.yaml', rig.agent('two'));
    await rig.ccci(['apply', '-f', rig.manifests]);
    await rig.write('b.yaml', '');
    assert.equal((await rig.ccci(['apply', '-f', rig.manifests])).out, 'agent/one unchanged\n');
    assert.match((await rig.ccci(['diff', '-f', rig.manifests, '--prune'])).out, / {2}- agent\/two\n/);
    const { out } = await rig.ccci(['apply', '-f', rig.manifests, '--prune']);
    assert.equal(out, 'agent/one unchanged\nagent/two pruned\n');
  });

  it('keeps what a person ordered over apply, and lifts it at its time', async () => {
    assert.equal((await rig.ccci(['suspend', 'agent/one', '--why', 'look "at" it'])).code, 0);
    await rig.write('a.yaml', rig.agent('one').replace('inline: go', 'inline: again'));
    await rig.ccci(['apply', '-f', rig.manifests]);
    assert.equal(await rig.get('agent/one', 'operator.suspend.why'), 'look "at" it');
    assert.match((await rig.ccci(['diff', '--waiting'])).out, /agent\/one {2}Suspended: suspended by /);
    await rig.ccci(['suspend', 'agent/one', '--until', '1ms']);
    assert.match((await rig.ccci(['diff'])).out, /restart session "one"/);
    assert.equal((await rig.ccci(['resume', 'agent/one'])).out, 'agent/one resumed\n');
  });

  it('reads standard input, writes what programs read, and minds a closed pipe', async () => {
    const piped = await rig.ccci(['apply', '-f', '-', '-o', 'name'], rig.agent('three'));
    assert.equal(piped.out, 'agent/three\n');
    const list = JSON.parse((await rig.ccci(['get', 'agents', '-o', 'json'])).out) as {
      kind: string;
      items: unknown[];
    };
    assert.equal(list.kind, 'List');
    assert.ok(list.items.length >= 2);
    const { out } = await rig.ccci(['get', 'agents', 'one', 'three', '-o', 'yaml']);
    assert.equal((await rig.ccci(['apply', '-f', '-'], out)).code, 0, 'what get prints can be applied');
    const pipe = await new Promise<string>((resolve) => {
      void import('node:child_process').then(({ execFile }) =>
        execFile('sh', ['-c', '"$0" crds --state-dir "$1" | head -n 1', CCCI, rig.stateDir], (_error, stdout, stderr) =>
          resolve(stdout + stderr),
        ),
      );
    });
    assert.equal(pipe, 'apiVersion: apiextensions.k8s.io/v1\n');
  });

  it('deletes without a controller, and says what will happen', async () => {
    const { code, out, err } = await rig.ccci(['delete', 'agent/three']);
    assert.equal(code, 0);
    assert.equal(out, 'agent/three is being deleted\n');
    assert.match(err, /stays until a controller has ended what is live of it/);
    await rig.ccci(['run', '--once']);
    assert.equal((await rig.ccci(['wait', 'agent/three', '--for=delete', '--timeout', '1s'])).code, 0);
    const missing = await rig.ccci(['delete', 'agent/three']);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /there is no agent\/three/);
  });

  it('answers 3 when the time is over, and 2 for a wrong word', async () => {
    assert.equal((await rig.ccci(['wait', 'agent/none', '--for=condition=Ready', '--timeout', '10ms'])).code, 3);
    const wrong = await rig.ccci(['aply']);
    assert.equal(wrong.code, 2);
    assert.equal(wrong.err, 'error: there is no command "aply"\nhint: did you mean "apply"?\n');
  });
});

const CCCI = new URL('../../bin/ccci', import.meta.url).pathname;
