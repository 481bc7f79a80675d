import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { agentManifest } from '../support/pipeline-manifests.ts';
import { withRig, type PipelineRig, type TestManifest } from '../support/pipeline.ts';

const DONE = '# Status\n\n## DONE\n';
const QUICK = { stallAfter: '1s', stepTimeout: '1s', grace: '1s' };

// At work all the time, and deaf to an interrupt.
const BUSY = `echo "start phase=$CCCI_PHASE_ID reason=$CCCI_RESTART_REASON" >>"$AGENT_NOTES/$CCCI_AGENT.log"; trap '' INT; while :; do date +%N; sleep 0.2; done`;

function phase(name: string, order: number, more: TestManifest['spec'] = {}): TestManifest {
  return { kind: 'Phase', name, spec: { order, repositoryRef: { name: 'code' }, ...more } };
}

async function withCode(rig: PipelineRig): Promise<string> {
  const bare = await rig.git.bare('code.git');
  await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
  await rig.apply({ kind: 'Repository', name: 'code', spec: { url: bare, branch: 'main', interval: '1s' } });
  return bare;
}

async function events(rig: PipelineRig, about: string, reason: string): Promise<readonly string[]> {
  const all = await rig.store.events({ about });
  return all.filter((event) => event.reason === reason).map(({ message }) => message);
}

describe('phases on real tmux and git', { concurrency: 3 }, () => {
  test('of several sequences go on by themselves, each with its own agents', () =>
    withRig(async (rig) => {
      const bare = await withCode(rig);
      await rig.apply(
        phase('a1', 10, { sequence: 'code' }),
        phase('a2', 20, { sequence: 'code' }),
        phase('b1', 10, { sequence: 'docs' }),
        agentManifest(rig, 'coder', { sequence: 'code' }),
        agentManifest(rig, 'writer', { sequence: 'docs' }),
      );
      await rig.start();
      const [coder, writer] = [await rig.alive('coder'), await rig.alive('writer')];
      await rig.git.commitTo(bare, { subject: 'status: done', files: { 'STATUS-a1.md': DONE } });
      await rig.succeeded('coder', coder);
      await rig.noted('coder', /^start .* phase=a2 /);
      assert.deepEqual(await rig.alive('writer'), writer);
      await rig.git.commitTo(bare, { subject: 'status: done', files: { 'STATUS-b1.md': DONE } });
      await rig.ready('Sequence/docs', 'SequenceComplete');
      await rig.until('the writer is stopped', async () => rig.agents.main('writer') === undefined);
      assert.notEqual(rig.agents.main('coder'), undefined);
      assert.equal((await rig.status('Sequence/code'))['currentPhase'], 'a2');
    }));

  test('that are blocked leave their idle agents alone, and nobody else', () =>
    withRig(async (rig) => {
      const bare = await withCode(rig);
      const blocked = { 'STATUS-1.md': '## Blocked\nThe token is missing.\n' };
      await rig.git.commitTo(bare, { subject: 'status: blocked', files: blocked });
      const idle = { habits: { says: 'I wait.' }, liveness: QUICK };
      await rig.apply(phase('1', 10), phase('2', 10, { sequence: 'other' }));
      await rig.start();
      await rig.ready('Phase/1', 'PhaseBlocked');
      await rig.apply(
        agentManifest(rig, 'parked', { sequence: 'main', ...idle }),
        agentManifest(rig, 'stalled', { sequence: 'other', ...idle }),
      );
      const first = await rig.alive('parked');
      await rig.noted('stalled', /heard .*idle without a declared wait/);
      await rig.passes(3000);
      assert.deepEqual(
        (await rig.notes('parked')).filter((line) => line.startsWith('heard')),
        [],
      );
      assert.deepEqual(await rig.alive('parked'), first);
      assert.deepEqual(await events(rig, 'Phase/1', 'PhaseBlocked'), ['The token is missing']);
      await rig.git.commitTo(bare, { subject: 'status: go on', files: { 'STATUS-1.md': '# Status\n' } });
      await rig.noted('parked', /heard .*idle without a declared wait/);
    }));

  test('that are over cut a turn that does not end, after an interrupt', () =>
    withRig(async (rig) => {
      const bare = await withCode(rig);
      await rig.apply(
        phase('1', 10),
        phase('2', 20),
        agentManifest(rig, 'builder', {
          sequence: 'main',
          backend: { type: 'command', command: ['/bin/sh', '-c', BUSY] },
          liveness: { finishWithin: '2s', stepTimeout: '1s' },
        }),
      );
      await rig.start();
      const first = await rig.alive('builder');
      await rig.git.commitTo(bare, { subject: 'status: done', files: { 'STATUS-1.md': DONE } });
      await rig.until('it is awaited', async () => (await rig.status('Agent/builder'))['phaseWait'] !== undefined);
      assert.equal((await rig.alive('builder')).incarnation, first.incarnation);
      await rig.noted('builder', /^start phase=2 reason=phase "1" is over; phase "2" is open$/);
      // Events are written before the status: with it, they are there.
      await rig.until('nothing is awaited', async () => (await rig.status('Agent/builder'))['phaseWait'] === undefined);
      const told = await events(rig, 'Agent/builder', 'PhaseAdvanced');
      assert.deepEqual(
        told.map((message) => message.split(':')[0]),
        ['interrupted', 'restarted'],
      );
    }));

  test('are where they were when the crew is stopped, the controller restarted, and the crew started again', () =>
    withRig(async (rig) => {
      const bare = await withCode(rig);
      await rig.apply(
        phase('1', 10),
        phase('2', 20),
        phase('3', 30),
        agentManifest(rig, 'builder', { sequence: 'main' }),
      );
      await rig.start();
      const first = await rig.alive('builder');
      await rig.git.commitTo(bare, { subject: 'status: done', files: { 'STATUS-1.md': DONE } });
      await rig.succeeded('builder', first);
      const before = (await rig.status('Sequence/main'))['phases'];
      await rig.order('Rig/default', { stop: { by: 'person', at: new Date().toISOString() } });
      await rig.until('the crew is stopped', async () => rig.agents.all().length === 0);
      await rig.stop();
      await rig.start();
      await rig.ready('Agent/builder', 'Stopped');
      await rig.quiet();
      assert.deepEqual((await rig.status('Sequence/main'))['phases'], before);
      const { operator, versions } = await rig.get('Rig/default');
      const { stop: _lifted, ...kept } = operator ?? {};
      await rig.store.writeOperator('Rig/default', kept, versions.operator);
      await rig.alive('builder');
      await rig.until('it works on phase 2', async () => (await rig.notes('builder')).at(-1)?.includes('phase=2 '));
      assert.deepEqual((await rig.status('Sequence/main'))['phases'], before);
    }));

  test('tell once that they are over time, and nothing else happens', () =>
    withRig(async (rig) => {
      await withCode(rig);
      await rig.apply(phase('1', 10, { timeBudget: '1s' }), agentManifest(rig, 'builder', { sequence: 'main' }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.until('it is late', async () => (await rig.condition('Phase/1', 'OverTime'))?.status === 'True');
      await rig.lookAtAll();
      await rig.stop();
      await rig.start();
      await rig.quiet();
      assert.deepEqual(await events(rig, 'Phase/1', 'TimeBudgetExceeded'), [
        'it is open for longer than its time budget of 1s',
      ]);
      assert.deepEqual(await rig.alive('builder'), first);
    }));
});
