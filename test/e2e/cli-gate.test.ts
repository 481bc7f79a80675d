import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';

import { rigIdOf } from '#controller/rig-id.ts';

import { createCliRig, type CliRig } from './cli-rig.ts';
import { eventually } from '../support/eventually.ts';

type Gate = { readonly name: string; readonly guard: string; readonly scopes: readonly Record<string, unknown>[] };

describe('gate', () => {
  let rig: CliRig;
  let bare: string;
  let claim: string;
  before(async () => {
    rig = await createCliRig();
    bare = await rig.git.bare('code.git');
    await rig.git.commitTo(bare, { subject: 'begin' });
    const agent = (name: string) =>
      rig.agent(name, `  author: { name: ${name}, email: ${name}@example.org }\n  prompt: { inline: go }\n`);
    await rig.write('agents.yaml', `${agent('builder')}\n---\n${agent('adversary')}`);
    await rig.write('rest.yaml', ['Repository', 'Gate', 'Phase'].map((kind) => manifest(kind, bare)).join('---\n'));
    await rig.start('--manifests', rig.manifests);
    claim = await rig.git.commitTo(bare, { subject: 'claim(api): it serves' });
    await state('Claimed');
  });
  after(() => rig.end());

  async function gate(): Promise<Gate | undefined> {
    const { code, out } = await rig.ccci(['gate', 'handoff', '-o', 'json']);
    return code === 0 ? (JSON.parse(out) as readonly Gate[])[0] : undefined;
  }

  async function state(wanted: string): Promise<Record<string, unknown>> {
    return eventually(`scope api is ${wanted}`, async () => {
      const scope = (await gate())?.scopes[0];
      return scope?.['state'] === wanted && scope;
    });
  }

  it('shows every scope, who is who, and which guard is in force', async () => {
    const { code, out } = await rig.ccci(['gate']);
    assert.equal(code, 0);
    assert.match(out, /^gate handoff: builder claims, adversary answers; guard author names: against mistakes/);
    assert.match(out, /SCOPE +STATE +AGE +CLAIM +VERDICT +BY +EVIDENCE +NOTE\n/);
    assert.match(out, new RegExp(`api +Claimed +\\S+ +${claim.slice(0, 12)} +- +builder <builder@example.org>`));
    assert.match((await rig.ccci(['status'])).out, /handoff .*api claimed \[guard: author names\]/);
    assert.match((await rig.ccci(['gate', '-o', 'yaml'])).out, /- name: handoff\n/);
  });

  it('lets a person answer for the verifier, and keeps who, when and why', async () => {
    const { code, out } = await rig.ccci(['gate', 'pass', 'handoff', 'api', '--why', 'checked by hand']);
    assert.deepEqual([code, out], [0, 'gate/handoff scope api was answered with PASS\n']);
    const scope = await state('Passed');
    assert.equal((scope['override'] as { why: string }).why, 'checked by hand');
    assert.match((await rig.ccci(['gate', 'handoff'])).out, /api +Passed .* says PASS: checked by hand\n/);
    assert.match((await rig.ccci(['status'])).out, /api passed by /);
    assert.match((await rig.ccci(['events', '--for', 'gate/handoff'])).out, /GateOverridden +.*checked by hand/);
    await eventually('the claimant hears of it', async () =>
      (await rig.notes('builder')).lines.some((line) => line.includes('was answered by a person')),
    );
    await rig.ccci(['apply', '-f', rig.manifests]);
    await state('Passed');
  });

  it('ends that word with a newer claim, and takes it back on order', async () => {
    await rig.git.commitTo(bare, { subject: 'claim(api): once more' });
    await state('Claimed');
    await rig.ccci(['gate', 'fail', 'handoff', 'api', '--why', 'it is empty']);
    await state('Failed');
    const { code, out } = await rig.ccci(['gate', 'clear', 'handoff', 'api']);
    assert.deepEqual([code, out], [0, 'gate/handoff scope api is as its agents left it\n']);
    await state('Claimed');
    assert.equal(await rig.get<unknown>('gate/handoff', 'operator.overrides'), undefined);
  });

  it('refuses what can not be, with what to do instead', async () => {
    for (const { line, says } of [
      { line: ['gate', 'pass', 'handoff', 'api'], says: /needs a reason: --why TEXT/ },
      { line: ['gate', 'pass', 'handoff'], says: /a gate and a scope are missing/ },
      {
        line: ['gate', 'pass', 'handoff', 'web', '--why', 'x'],
        says: /nothing is claimed in scope "web".*\nhint: there are claims in api/,
      },
      { line: ['gate', 'pass', 'hand', 'api', '--why', 'x'], says: /there is no gate\/hand\nhint: .*handoff/ },
      { line: ['gate', 'hand'], says: /there is no gate "hand"\nhint: there are handoff/ },
      { line: ['gate', 'clear', 'handoff', 'api'], says: /nobody has answered scope "api"/ },
    ]) {
      const { code, err } = await rig.ccci(line);
      assert.notEqual(code, 0);
      assert.match(err, says);
    }
    const { CCCI_AGENT: _agent, ...environment } = process.env;
    const env = {
      ...environment,
      CCCI_STATE_DIR: rig.stateDir,
      CCCI_RIG: rigIdOf(rig.stateDir),
      CCCI_AGENT: 'builder',
    };
    const ccci = join(import.meta.dirname, '../../bin/ccci');
    const words = ['gate', 'pass', 'handoff', 'api', '--why', 'x'];
    const { status, stderr } = spawnSync(ccci, words, { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /refused: agent "builder" gave this order/);
    await state('Claimed');
  });
});

function manifest(kind: string, url: string): string {
  const specs: Readonly<Record<string, string>> = {
    Repository: `{ url: ${JSON.stringify(url)}, interval: 1s }`,
    Gate: '{ repositoryRef: { name: code }, claimant: builder, verifier: adversary }',
    Phase: '{ order: 10, repositoryRef: { name: code }, requiredGates: [handoff] }',
  };
  const names: Readonly<Record<string, string>> = { Repository: 'code', Gate: 'handoff', Phase: '"1"' };
  return `apiVersion: ccci.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${names[kind] ?? ''} }\nspec: ${specs[kind] ?? ''}\n`;
}
