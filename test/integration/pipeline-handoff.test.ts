import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { crewManifests } from '../support/pipeline-manifests.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';

const DONE = '# Status\n\n## DONE\n';

describe('hand-offs between agents on real tmux and git', { concurrency: 3 }, () => {
  test('go from claim over FAIL and PASS to the next phase, and on to the end of the sequence', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      const first = await rig.git.commitTo(bare, { subject: 'claim(login): it works' });
      await hears(rig, 'adversary', first);
      const fail = await rig.git.commitTo(bare, { subject: 'review(login): FAIL it does not' });
      assert.match(await hears(rig, 'builder', fail), /FAIL/);
      await rig.git.commitTo(bare, { subject: 'status: too early', files: { 'STATUS-1.md': DONE } });
      await rig.ready('Phase/1', 'GateFailed');
      const second = await rig.git.commitTo(bare, { subject: 'claim(login): now it does' });
      await hears(rig, 'adversary', second);
      const before = { builder: await rig.alive('builder'), adversary: await rig.alive('adversary') };
      await rig.git.commitTo(bare, { subject: 'review(login): PASS' });
      await rig.ready('Phase/1', 'PhaseDone');
      for (const name of ['builder', 'adversary'] as const) {
        await rig.succeeded(name, before[name]);
        await rig.noted(name, /^start .* phase=2 /);
        assert.match(readFileSync(join(rig.folder, 'notes', `${name}.prompt`), 'utf8'), /Phase 2: second things/);
      }
      const third = await rig.git.commitTo(bare, { subject: 'claim(more): all of it' });
      await hears(rig, 'adversary', third);
      await rig.git.commitTo(bare, { subject: 'review(more): PASS', files: { 'STATUS-2.md': DONE } });
      await rig.ready('Sequence/main', 'SequenceComplete');
      await rig.until('the loops are stopped', async () => rig.agents.all().length === 0);
      await rig.settled('Agent/builder');
      await rig.quiet();
      assert.deepEqual(rig.agents.all(), []);
      for (const sha of [first, second, third]) assert.equal((await told(rig, 'adversary', sha)).length, 1, sha);
      assert.equal((await told(rig, 'builder', fail)).length, 1);
    }));

  test('reach their agent when the claim was pushed while no controller ran', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      await rig.stop();
      const claim = await rig.git.commitTo(bare, { subject: 'claim(login): it works' });
      await rig.start();
      await hears(rig, 'adversary', claim);
      await rig.quiet();
      assert.equal((await told(rig, 'adversary', claim)).length, 1);
    }));

  test('stand in the next start prompt when the agent that was told ends before it answered', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      const claim = await rig.git.commitTo(bare, { subject: 'claim(login): it works' });
      await hears(rig, 'adversary', claim);
      const before = await rig.alive('adversary');
      await rig.until('it is written down as told', async () => {
        const deliveries = await rig.store.list('Delivery');
        return deliveries.some((each) => 'status' in each && each.status?.['takenIncarnation'] === before.incarnation);
      });
      process.kill(before.pid, 'SIGKILL');
      await rig.succeeded('adversary', before);
      await rig.settled('Agent/adversary');
      const prompt = readFileSync(join(rig.folder, 'notes/adversary.prompt'), 'utf8');
      assert.match(prompt, new RegExp(claim.slice(0, 12)));
      assert.match(prompt, /^You were restarted: /);
      await rig.quiet();
      assert.equal((await told(rig, 'adversary', claim)).length, 1);
    }));

  test('wait while the remote is away, and are made up for when it is back', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      const agents = [await rig.alive('builder'), await rig.alive('adversary')];
      renameSync(bare, `${bare}.away`);
      await rig.until('the remote is missed', async () => {
        return (await rig.condition('Repository/code', 'Ready'))?.status !== 'True';
      });
      const claim = await rig.git.commitTo(`${bare}.away`, { subject: 'claim(login): it works' });
      renameSync(`${bare}.away`, bare);
      await hears(rig, 'adversary', claim);
      await rig.settled('Repository/code');
      assert.deepEqual([await rig.alive('builder'), await rig.alive('adversary')], agents);
    }));

  test('survive a branch that was force-pushed: told once each, and the rewriting is shown', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      const old = await rig.git.commitTo(bare, { subject: 'claim(login): it works' });
      await hears(rig, 'adversary', old);
      const root = await rig.git.git(bare, 'rev-parse', 'main~1');
      const claim = await rig.git.commitTo(bare, { subject: 'claim(login): another try' }, root);
      await hears(rig, 'adversary', claim);
      assert.equal((await rig.condition('Repository/code', 'HistoryIntact'))?.reason, 'HistoryRewritten');
      assert.equal((await told(rig, 'adversary', old)).length, 1);
    }));

  test('are derived again after the state directory is lost: the same phase, the same pids', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      await rig.git.commitTo(bare, { subject: 'claim(login): it works' });
      await rig.git.commitTo(bare, { subject: 'review(login): PASS', files: { 'STATUS-1.md': DONE } });
      await rig.ready('Phase/1', 'PhaseDone');
      for (const name of ['builder', 'adversary']) await rig.noted(name, /^start .* phase=2 /);
      for (const name of ['builder', 'adversary']) await rig.settled(`Agent/${name}`);
      const agents = [await rig.alive('builder'), await rig.alive('adversary')];
      await rig.stop();
      await rig.loseState();
      await rig.apply(...crewManifests(rig, bare));
      await rig.start();
      for (const name of ['builder', 'adversary']) await rig.settled(`Agent/${name}`);
      await rig.quiet();
      assert.equal((await rig.status('Sequence/main'))['currentPhase'], '2');
      assert.deepEqual([await rig.alive('builder'), await rig.alive('adversary')], agents);
    }));
});

/** A crew at work on a repository with one commit; answers the repository. */
async function startCrew(rig: PipelineRig): Promise<string> {
  const bare = await rig.git.bare('code.git');
  await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
  await rig.apply(...crewManifests(rig, bare));
  await rig.start();
  for (const name of ['builder', 'adversary']) await rig.alive(name);
  for (const key of ['Agent/builder', 'Agent/adversary', 'Gate/handoff']) await rig.settled(key);
  return bare;
}

function hears(rig: PipelineRig, agent: string, sha: string): Promise<string> {
  return rig.noted(agent, new RegExp(`heard .*${sha.slice(0, 12)}`));
}

async function told(rig: PipelineRig, agent: string, sha: string): Promise<readonly string[]> {
  return (await rig.notes(agent)).filter((line) => line.startsWith('heard') && line.includes(`) ${sha.slice(0, 12)}`));
}
