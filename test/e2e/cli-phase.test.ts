import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { rigIdOf } from '#controller/rig-id.ts';

import { eventually } from '../support/eventually.ts';
import { createCliRig, type CliRig, type StartedController } from './cli-rig.ts';

type Timeline = {
  readonly entries: readonly {
    event: string;
    phase?: string;
    message: string;
    handOffs?: readonly { takenAt?: string }[];
  }[];
  readonly gates: readonly {
    gate: string;
    claims: number;
    firstPassRate: number;
    claimToVerdict: { medianMs: number };
  }[];
};

// Between two turns by its own word, so that nothing waits for it to become quiet.
const PROGRAM = `#!/bin/sh
cp "$CCCI_PROMPT_FILE" "$1.prompt"
echo $$ >>"$1.pids"
echo "WAITING-UNTIL: 2099-01-01T00:00:00Z"
while IFS= read -r line; do
  printf '%s\\n' "$line" >>"$1.lines"
  echo "WAITING-UNTIL: 2099-01-01T00:00:00Z"
done
`;

describe('phases on the command line', () => {
  let rig: CliRig;
  let bare: string;
  let controller: StartedController;
  const commit = (subject: string, files: Record<string, string> = {}) => rig.git.commitTo(bare, { subject, files });
  const phases = async () =>
    JSON.parse((await rig.ccci(['phase', '-o', 'json'])).out) as readonly { name: string; state: string }[];
  const states = async () => (await phases()).map(({ name, state }) => `${name} ${state}`).join(', ');
  const become = (wanted: string) => eventually(wanted, async () => (await states()) === wanted);

  before(async () => {
    rig = await createCliRig();
    bare = await rig.git.bare('code.git');
    await writeFile(join(rig.folder, 'agent.sh'), PROGRAM, { mode: 0o755 });
    await commit('start', { 'README.md': 'code\n' });
    const head = 'apiVersion: ccci.dev/v1alpha1\n';
    const phase = (name: string, order: number) =>
      `${head}kind: Phase\nmetadata: { name: "${name}" }\nspec: { order: ${String(order)}, title: Things of ${name}, repositoryRef: { name: code }, requiredGates: [handoff] }\n`;
    const sequence = '  sequence: main\n  prompt: { inline: "Phase {{ phase.id }}." }\n';
    await rig.write(
      'rig.yaml',
      [
        `${head}kind: Repository\nmetadata: { name: code }\nspec: { url: ${JSON.stringify(bare)}, interval: 1s }\n`,
        `${head}kind: Gate\nmetadata: { name: handoff }\nspec: { repositoryRef: { name: code }, claimant: one, verifier: two }\n`,
        phase('1', 10),
        phase('2', 20),
        rig.agent('one', sequence),
        rig.agent('two', sequence),
      ].join('---\n'),
    );
    await rig.write('third.yaml', phase('3', 30));
    await writeFile(join(rig.folder, 'before.yaml'), phase('0', 5));
    controller = await rig.start('--manifests', join(rig.manifests, 'rig.yaml'));
    await become('1 Current, 2 Pending');
  });
  after(() => rig.end());

  it('lists them with what is the matter', async () => {
    const { code, out } = await rig.ccci(['phase']);
    assert.equal(code, 0);
    assert.match(
      out,
      /^SEQUENCE +PHASE +STATE +OPENED +FOR +TITLE +NOTE\nmain +1 +Current .* Things of 1 +-\nmain +2 +Pending/,
    );
  });

  it('puts a blocked phase before everything else, until the text goes', async () => {
    await commit('status: blocked', { 'STATUS-1.md': '# Status\n\n## Blocked: DNS\nNeeds an API token by 18:30.\n' });
    await eventually('it is the first line', async () =>
      /^Needs you\n {2}phase\/1 {3}PhaseBlocked {3}DNS; Needs an API token by 18:30\n/.test(
        (await rig.ccci(['status'])).out,
      ),
    );
    assert.match((await rig.ccci(['status'])).out, /1 open \S+ \(blocked\)/);
    await commit('status: another word', { 'STATUS-1.md': '## Blocked\nNeeds a person.\n' });
    await eventually('it is told again', async () => {
      const { out } = await rig.ccci(['events', '--for', 'phase/1', '-o', 'json']);
      const told = (JSON.parse(out) as { reason: string; type: string; message: string }[]).filter(
        ({ reason }) => reason === 'PhaseBlocked',
      );
      return told.length === 2 && told.every(({ type }) => type === 'Warning');
    });
    await commit('status: go on', { 'STATUS-1.md': '# Status\n' });
    await eventually('it clears', async () => !(await rig.ccci(['status'])).out.includes('Needs you'));
  });

  it('does not let a marker count under a veto, and tells both agents once', async () => {
    const claim = await commit('claim(api): done');
    await eventually('the verifier hears of the claim', async () =>
      (await rig.notes('two')).lines.some((line) => line.includes(claim.slice(0, 12))),
    );
    await commit('review(api): VETO no tests', { 'STATUS-1.md': '## DONE\n' });
    const told = (name: string) =>
      eventually(`${name} is told`, async () =>
        (await rig.notes(name)).lines.find((line) => line.includes('does not count')),
      );
    assert.match(
      await told('one'),
      /STATUS-1\.md says "## DONE" at [0-9a-f]{12}.*gate "handoff" is under a veto in scope api/,
    );
    await told('two');
    await commit('work: more');
    await commit('work: still more');
    assert.match(
      (await rig.ccci(['phase'])).out,
      /it shows its done marker, but gate "handoff" is under a veto in scope api/,
    );
    const lines = (await rig.notes('one')).lines.filter((line) => line.includes('does not count'));
    assert.equal(lines.length, 1);
    assert.equal(await states(), '1 Current, 2 Pending');
  });

  it('shows in diff what becomes of them before it happens', async () => {
    const { code, out } = await rig.ccci(['diff', '-f', rig.manifests]);
    assert.equal(code, 1);
    assert.match(out, /Then:\n {2}~ sequence\/main {2}phase "3" is new\n/);
    const before = await rig.ccci(['diff', '-f', join(rig.folder, 'before.yaml')]);
    assert.match(
      before.out,
      /Then:\n {2}~ sequence\/main {2}phase "0" is new\n {2}~ sequence\/main {2}phase "0" becomes current\n {2}~ sequence\/main {2}phase "1" waits until phase "0" is done\n/,
    );
    assert.match(
      before.out,
      /~ restart session "one" {2}\[restart session\]\n +PhaseAdvanced: phase "0" comes first; phase "1" waits for it\n/,
    );
    assert.equal(await states(), '1 Current, 2 Pending', 'nothing of it happened');
  });

  it('goes on when the veto is lifted, and then ends a phase by order', async () => {
    await commit('review(api): PASS');
    await become('1 Done, 2 Current');
    await eventually('the next prompt', async () => (await rig.notes('one')).prompt.includes('Phase 2.'));
    const wrong = await rig.ccci(['phase', 'advance']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /phase advance needs a reason: --why TEXT/);
    const reopened = await rig.ccci(['phase', 'reopen', '1', '--why', 'the login broke']);
    assert.equal(reopened.code, 0, reopened.err);
    assert.equal(reopened.out, 'sequence/main phase "1" is opened again\n');
    await become('1 Current, 2 Pending');
    await eventually('its prompt says why', async () => (await rig.notes('one')).prompt.includes('the login broke'));
    assert.equal((await rig.ccci(['phase', 'set', '2', '--why', 'it works again'])).code, 0);
    await become('1 Done, 2 Current');
    assert.match((await rig.ccci(['status'])).out, /1 done by \S+/);
  });

  it('refuses what makes no sense, and what an agent orders', async () => {
    for (const { line, says } of [
      { line: ['phase', 'set', '2', '--why', 'x'], says: /phase "2" is the current one already/ },
      { line: ['phase', 'reopen', '2', '--why', 'x'], says: /phase "2" is not done/ },
      { line: ['phase', 'set', '7', '--why', 'x'], says: /there is no phase "7"\nhint: there are 1, 2/ },
      { line: ['phase', 'back', '--why', 'x'], says: /there is no "phase back"/ },
    ]) {
      const { code, err } = await rig.ccci(line);
      assert.notEqual(code, 0);
      assert.match(err, says);
    }
    const { CCCI_AGENT: _agent, ...environment } = process.env;
    const env = { ...environment, CCCI_STATE_DIR: rig.stateDir, CCCI_RIG: rigIdOf(rig.stateDir), CCCI_AGENT: 'two' };
    const ccci = join(import.meta.dirname, '../../bin/ccci');
    const { status, stderr } = spawnSync(ccci, ['phase', 'advance', '--why', 'x'], { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /refused: agent "two" gave this order/);
  });

  it('keeps an order while no controller runs, shows it in diff, and takes no second one', async () => {
    await controller.end('SIGTERM');
    const ended = await rig.ccci(['phase', 'advance', '--why', 'accepted by hand']);
    assert.match(ended.err, /note: it was the last one; the sequence is complete\nwarning: no controller runs/);
    const second = await rig.ccci(['phase', 'reopen', '1', '--why', 'x']);
    assert.equal(second.code, 1);
    assert.match(second.err, /an order of .* about phase "2" was not carried out yet/);
    const { code, out } = await rig.ccci(['diff']);
    assert.equal(code, 1);
    assert.match(out, /phase "2" counts as done, as \S+ ordered: accepted by hand/);
    assert.match(out, /every phase is done: the sequence is complete, and its agents are stopped/);
  });

  it('ends until-complete with 0 by that order, and starts the crew again for a phase that is added later', async () => {
    const complete = await rig.ccci(['run', '--until-complete']);
    assert.equal(complete.code, 0, complete.err);
    const { out } = await rig.ccci(['events', '--for', 'sequence/main', '-o', 'json']);
    const told = JSON.parse(out) as { reason: string }[];
    assert.equal(told.filter(({ reason }) => reason === 'SequenceComplete').length, 1);
    assert.equal((await rig.ccci(['apply', '-f', join(rig.manifests, 'third.yaml')])).code, 0);
    controller = await rig.start();
    await become('1 Done, 2 Done, 3 Current');
    await eventually('the crew works on it', async () => (await rig.notes('one')).prompt.includes('Phase 3.'));
  });

  it('tells it all as a timeline, with and without a controller', async () => {
    const read = async () => JSON.parse((await rig.ccci(['timeline', '-o', 'json'])).out) as Timeline;
    const running = await read();
    await controller.end('SIGTERM');
    const { entries, gates } = await read();
    assert.deepEqual(gates, running.gates);
    const events = new Set(entries.map(({ event }) => event));
    for (const event of ['PhaseOpened', 'PhaseDone', 'Claim', 'Verdict', 'Notice', 'Order', 'Restart'])
      assert.ok(events.has(event), event);
    const claim = entries.find(({ event }) => event === 'Claim');
    assert.equal(claim?.phase, '1');
    assert.ok(claim.handOffs?.[0]?.takenAt !== undefined);
    assert.deepEqual(
      gates.map(({ gate, claims, firstPassRate, claimToVerdict }) => ({
        gate,
        claims,
        firstPassRate,
        ms: claimToVerdict.medianMs,
      })),
      [{ gate: 'handoff', claims: 1, firstPassRate: 0, ms: 60_000 }],
    );
    const { out } = await rig.ccci(['timeline', '--sequence', 'main']);
    assert.match(out, /^TIME \(UTC\) +PHASE +EVENT +ABOUT +SEEN +TYPED +TAKEN +WHAT\n/);
    assert.match(out, /\nGATE +CLAIMS +VERDICTS +FIRST PASS .*\nhandoff +1 +\d+ +0 % of 1 +1m /);
    const wrong = await rig.ccci(['timeline', '--sequence', 'other']);
    assert.match(wrong.err, /there is no sequence "other"\nhint: there are main/);
  });
});
