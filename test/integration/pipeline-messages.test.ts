import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { agentManifest } from '../support/pipeline-manifests.ts';
import { withRig, writeRigFile, type PipelineRig } from '../support/pipeline.ts';

const INBOX = 'BUILDER-INBOX.md';
/** A program without states of its own rests when nothing has moved for ten seconds. */
const REST_MS = 40_000;

describe('what an agent is told on real tmux and git', { concurrency: 4 }, () => {
  test('each version of its inbox once, until the file is gone', () =>
    withRig(async (rig) => {
      const bare = await rig.git.bare('code.git');
      await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
      const spec = { repositoryRef: { name: 'code' }, inbox: INBOX };
      await rig.apply(
        { kind: 'Repository', name: 'code', spec: { url: bare, branch: 'main', interval: '1s' } },
        agentManifest(rig, 'builder', spec),
      );
      await rig.start();
      await rig.settled('Agent/builder');
      await rig.git.commitTo(bare, { subject: 'mail', files: { [INBOX]: 'first\n' } });
      await rig.until('it is told', async () => (await inboxLines(rig)).length === 1);
      await rig.git.commitTo(bare, { subject: 'work', files: { 'a.txt': 'a\n' } });
      await rig.git.commitTo(bare, { subject: 'more mail', files: { [INBOX]: 'second\n' } });
      await rig.until('it is told again', async () => (await inboxLines(rig)).length === 2);
      await rig.git.commitTo(bare, { subject: 'read', files: { [INBOX]: null } });
      await rig.until('both are settled', async () => (await unsettled(rig)) === 0);
      await rig.git.commitTo(bare, { subject: 'the first again', files: { [INBOX]: 'first\n' } });
      await rig.until('that is another message', async () => (await inboxLines(rig)).length === 3);
      await rig.quiet();
      assert.equal((await inboxLines(rig)).length, 3);
    }));

  test('its regular wake again and again, but none while the last one is unanswered or a person has stopped it', () =>
    withRig(async (rig) => {
      const prompt = { file: await writeRigFile(rig, 'wake.md', '# Look\n\nat everything, {{ agent.name }}.\n') };
      await rig.apply(
        agentManifest(rig, 'builder', { wake: { every: '12s', prompt }, liveness: { stallAfter: '8s' } }),
      );
      await rig.start();
      await rig.noted('builder', /This is your regular wake/, REST_MS);
      const path = join(rig.stateDir, 'run/builder/wake.txt');
      assert.equal(await readFile(path, 'utf8'), '# Look\n\nat everything, builder.\n');
      await rig.until('it is woken again', async () => (await wakes(rig)).length === 2, REST_MS);
      await rig.order('Agent/builder', { suspend: { by: 'person', at: new Date().toISOString() } });
      await rig.passes(14_000);
      assert.equal((await wakes(rig)).length, 2);
    }));

  test('that its plan and its prompt were edited, once for each version', () =>
    withRig(async (rig) => {
      const { file } = await crewWithPlan(rig, {});
      const before = await rig.alive('builder');
      await writeFile(join(rig.folder, 'plan-1.md'), 'build it better\n');
      await rig.lookAtAll();
      const told = await rig.noted('builder', /Your plan changed/);
      assert.ok(told.includes(join(rig.folder, 'plan-1.md')));
      await writeFile(file, 'You are {{ agent.name }}, and careful.\n');
      await rig.lookAtAll();
      await rig.noted('builder', /Your prompt changed/);
      assert.match(
        await readFile(join(rig.stateDir, 'run/builder/prompt.txt'), 'utf8'),
        /^You are builder, and careful/,
      );
      await rig.quiet();
      assert.equal((await rig.notes('builder')).filter((line) => line.includes('changed while')).length, 2);
      assert.deepEqual(await rig.alive('builder'), before);
    }));

  test('nothing, but is restarted between turns when its manifest says so', () =>
    withRig(async (rig) => {
      const { file } = await crewWithPlan(rig, { onPromptChange: 'Restart' });
      const before = await rig.alive('builder');
      await writeFile(file, 'You are {{ agent.name }}, and careful.\n');
      await rig.lookAtAll();
      await rig.succeeded('builder', before, REST_MS);
      const restarts = (await rig.status('Agent/builder'))['restarts'] as { recent: { reason: string }[] } | undefined;
      assert.deepEqual(
        restarts?.recent.map(({ reason }) => reason),
        ['PromptChanged'],
      );
    }));
});

async function crewWithPlan(rig: PipelineRig, more: { onPromptChange?: string }): Promise<{ file: string }> {
  const bare = await rig.git.bare('code.git');
  await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
  await writeRigFile(rig, 'plan-1.md', 'build it\n');
  const file = await writeRigFile(rig, 'builder.md', 'You are {{ agent.name }}.\n');
  const spec = { order: 10, id: '1', repositoryRef: { name: 'code' }, plan: 'plan-1.md' };
  await rig.apply(
    { kind: 'Repository', name: 'code', spec: { url: bare, branch: 'main', interval: '1s' } },
    { kind: 'Phase', name: '1', spec },
    agentManifest(rig, 'builder', { sequence: 'main', repositoryRef: { name: 'code' }, prompt: { file }, ...more }),
  );
  await rig.start();
  await rig.settled('Agent/builder');
  return { file };
}

async function inboxLines(rig: PipelineRig): Promise<readonly string[]> {
  return (await rig.notes('builder')).filter((line) => line.startsWith('heard') && line.includes(`${INBOX} at commit`));
}

async function wakes(rig: PipelineRig): Promise<readonly string[]> {
  return (await rig.notes('builder')).filter((line) => line.includes('This is your regular wake'));
}

async function unsettled(rig: PipelineRig): Promise<number> {
  const all = await rig.store.list('Delivery');
  return all.filter((one) => 'status' in one && one.status?.['settledAt'] === undefined).length;
}
