import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import type { GateStatus } from '#api/gate.ts';
import type { JsonObject } from '#store/store.ts';

import { crewManifests } from '../support/pipeline-manifests.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';

const BUILDER = { name: 'Builder', email: 'builder@example.org' };
const ADVERSARY = { name: 'Adversary', email: 'adversary@example.org' };

type Scope = GateStatus['scopes'][number];

describe('gates on real tmux and git', { concurrency: 3 }, () => {
  test('count only the commits of the right agent, and tell of the others once', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      const claim = await rig.git.commitTo(bare, { subject: 'claim(login): it works', author: BUILDER });
      await hears(rig, 'adversary', claim);
      const forged = await rig.git.commitTo(bare, { subject: 'review(login): PASS', author: BUILDER });
      const condition = await rig.until('the forged verdict is shown', async () => {
        const found = await rig.condition('Gate/handoff', 'ForeignCommits');
        return found?.status === 'True' && found;
      });
      assert.match(condition.message, new RegExp(`verdict ${forged.slice(0, 12)} .*Builder <builder@example.org>`));
      assert.equal((await scope(rig, 'login'))?.state, 'Claimed');
      const verdict = await rig.git.commitTo(bare, { subject: 'review(login): PASS', author: ADVERSARY });
      assert.match(await hears(rig, 'builder', verdict), /PASS/);
      await rig.quiet();
      assert.equal((await rig.condition('Gate/handoff', 'ForeignCommits'))?.status, 'False');
      assert.equal((await rig.condition('Gate/handoff', 'AuthorUnverified'))?.reason, 'AuthorNamesVerified');
      const told = (await rig.store.events()).filter(({ reason }) => reason === 'AuthorForeign');
      assert.deepEqual(
        told.map(({ count }) => count),
        [1],
      );
    }));

  test('set the identity of an agent in the environment of its session', () =>
    withRig(async (rig) => {
      await startCrew(rig);
      const { pid } = await rig.alive('builder');
      const environment = (await readFile(`/proc/${String(pid)}/environ`, 'utf8')).split('\0');
      for (const entry of [
        'GIT_AUTHOR_NAME=Builder',
        'GIT_AUTHOR_EMAIL=builder@example.org',
        'GIT_COMMITTER_NAME=Builder',
        'GIT_COMMITTER_EMAIL=builder@example.org',
      ])
        assert.ok(environment.includes(entry), entry);
    }));

  test('let nothing pass that their own command does not show, whatever the verdict says', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig, {
        gate: { evidence: { command: ['sh', '-c', 'echo looking; test -f fixed.txt'] } },
      });
      const first = await rig.git.commitTo(bare, { subject: 'claim(login): it works', author: BUILDER });
      const heard = await hears(rig, 'builder', first);
      assert.match(heard, /FAIL, because the evidence command of gate handoff does not succeed there \(exit code 1\)/);
      await rig.git.commitTo(bare, { subject: 'review(login): PASS', author: ADVERSARY });
      await rig.ready('Gate/handoff', 'EvidenceFailed');
      const failed = await scope(rig, 'login');
      assert.equal(failed?.state, 'Failed');
      assert.equal(await readFile(failed.evidence?.output ?? '', 'utf8'), 'looking\n');
      const second = await rig.git.commitTo(bare, {
        ...{ subject: 'claim(login): now it does', author: BUILDER },
        files: { 'fixed.txt': 'x' },
      });
      await hears(rig, 'adversary', second);
      await rig.git.commitTo(bare, { subject: 'review(login): PASS', author: ADVERSARY });
      await rig.ready('Gate/handoff', 'GatePassed');
      assert.equal((await rig.store.events()).filter(({ reason }) => reason === 'EvidenceFailed').length > 0, true);
    }));

  test('go on with a command that was begun before the controller was killed, and run it once', () =>
    withRig(async (rig) => {
      const [sign, end] = [join(rig.folder, 'begun'), join(rig.folder, 'end')];
      const command = ['sh', '-c', `echo x >> ${sign}; while [ ! -e ${end} ]; do sleep 0.05; done`];
      const bare = await startCrew(rig, { gate: { evidence: { command } }, isSpawned: true });
      await rig.git.commitTo(bare, { subject: 'claim(login): it works', author: BUILDER });
      await rig.git.commitTo(bare, { subject: 'review(login): PASS', author: ADVERSARY });
      const begun = async (): Promise<string> => readFile(sign, 'utf8').catch(() => '');
      await rig.until('the command has begun', async () => (await begun()) !== '');
      await rig.kill();
      await rig.start();
      await rig.ready('Gate/handoff', 'EvidenceRunning');
      await writeFile(end, '');
      await rig.ready('Gate/handoff', 'GatePassed');
      assert.equal(await begun(), 'x\n');
    }));

  test('ask again for a verdict that is late, then tell a person, who may answer', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig, { gate: { verdictWithin: '2s' } });
      const claim = await rig.git.commitTo(bare, { subject: 'claim(login): it works', author: BUILDER });
      await hears(rig, 'adversary', claim);
      await rig.noted('adversary', new RegExp(`${claim.slice(0, 12)} still waits for your verdict, and it is late`));
      await rig.ready('Gate/handoff', 'VerdictOverdue');
      assert.equal((await rig.condition('Gate/handoff', 'VerdictOverdue'))?.status, 'True');
      const word = { id: 'o1', by: 'ann', at: new Date().toISOString(), why: 'seen by hand' };
      await rig.order('Gate/handoff', { overrides: [{ ...word, scope: 'login', verdict: 'Pass', commit: claim }] });
      assert.match(await hears(rig, 'builder', claim), /was answered by a person \(ann\): PASS/);
      await rig.ready('Gate/handoff', 'GatePassed');
      assert.equal((await rig.condition('Gate/handoff', 'VerdictOverdue'))?.status, 'False');
      const events = (await rig.store.events()).filter(({ reason }) => reason === 'GateOverridden');
      assert.deepEqual(
        events.map(({ message }) => message),
        [`ann says PASS to ${claim.slice(0, 12)} on "login": seen by hand`],
      );
      await rig.order('Gate/handoff', { overrides: [] });
      await rig.until('the claim waits again', async () => (await scope(rig, 'login'))?.state === 'Claimed');
    }));

  test('flag a claim that was made beside work that was not pushed', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig);
      const clone = join(rig.folder, 'work', 'builder');
      await writeFile(join(clone, 'README.md'), 'a fix that was built and not pushed\n');
      await rig.git.git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'not pushed either');
      const claim = await rig.git.commitTo(bare, { subject: 'claim(login): it works', author: BUILDER });
      const heard = await hears(rig, 'adversary', claim);
      assert.match(heard, /the clone of builder held 1 changed file, commits that are not pushed/);
      assert.equal((await rig.condition('Gate/handoff', 'ClaimUnclean'))?.status, 'True');
      await rig.git.git(clone, 'checkout', '--quiet', '.');
      await rig.git.commitTo(bare, { subject: 'review(login): FAIL', author: ADVERSARY });
      await rig.ready('Gate/handoff', 'GateFailed');
      assert.equal((await rig.condition('Gate/handoff', 'ClaimUnclean'))?.status, 'False');
    }));

  test('tell of a claim from before the phase, and do not let the phase pass by it', () =>
    withRig(async (rig) => {
      const bare = await startCrew(rig, { firstPhase: { donePolicy: 'Marker' } });
      const claim = await rig.git.commitTo(bare, {
        ...{ subject: 'claim(late): it works', author: BUILDER },
        files: { 'STATUS-1.md': '## DONE\n' },
      });
      await rig.ready('Phase/1', 'PhaseDone');
      // Told in words, or in the prompt that the next phase starts with: whichever comes first.
      await rig.until('the verifier knows of the claim', async () => {
        const prompt = await readFile(join(rig.folder, 'notes', 'adversary.prompt'), 'utf8');
        return [prompt, ...(await rig.notes('adversary'))].some((text) => text.includes(claim.slice(0, 12)));
      });
      await rig.until('it is no part of the phase', async () => {
        const { carried } = (await rig.status('Gate/handoff')) as unknown as GateStatus;
        return carried?.some(({ state }) => state === 'Claimed');
      });
      const verdict = await rig.git.commitTo(bare, {
        ...{ subject: 'review(late): PASS', author: ADVERSARY },
        files: { 'STATUS-2.md': '## DONE\n' },
      });
      await hears(rig, 'builder', verdict);
      await rig.ready('Phase/2', 'GateNotPassed');
    }));
});

async function scope(rig: PipelineRig, name: string): Promise<Scope | undefined> {
  const status = (await rig.status('Gate/handoff')) as unknown as GateStatus;
  return status.scopes.find((one) => one.scope === name);
}

/** A crew with identities at work on a repository with one commit; answers the repository. */
async function startCrew(
  rig: PipelineRig,
  {
    gate = {},
    firstPhase = {},
    isSpawned = false,
  }: { gate?: JsonObject; firstPhase?: JsonObject; isSpawned?: boolean } = {},
): Promise<string> {
  const bare = await rig.git.bare('code.git');
  await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
  const extra: Readonly<Record<string, JsonObject>> = {
    'Gate/handoff': gate,
    'Agent/builder': { author: BUILDER },
    'Agent/adversary': { author: ADVERSARY },
    'Phase/1': firstPhase,
  };
  const manifests = crewManifests(rig, bare).map((manifest) => {
    return { ...manifest, spec: { ...manifest.spec, ...extra[`${manifest.kind}/${manifest.name}`] } };
  });
  await rig.apply(...manifests);
  if (isSpawned) await rig.spawn();
  else await rig.start();
  for (const name of ['builder', 'adversary']) await rig.alive(name);
  for (const key of ['Agent/builder', 'Agent/adversary', 'Gate/handoff']) await rig.settled(key);
  return bare;
}

function hears(rig: PipelineRig, agent: string, sha: string): Promise<string> {
  return rig.noted(agent, new RegExp(`heard .*${sha.slice(0, 12)}`));
}
