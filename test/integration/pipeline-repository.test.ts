import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'node:test';

import type { JsonObject } from '#store/store.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';
import { agentManifest } from '../support/pipeline-manifests.ts';

const BUILDER = { name: 'builder', email: 'builder@example.org' };
const ADVERSARY = { name: 'adversary', email: 'adversary@example.org' };

describe('a repository', () => {
  test('tells once of each commit to what another agent owns, and is clear again when a person has seen it', () =>
    withRig(async (rig) => {
      const bare = await startRepository(rig, {
        builder: { author: BUILDER, owns: [{ path: 'STATUS-*.md' }, { path: 'BACKLOG.md', section: 'Build backlog' }] },
        adversary: { author: ADVERSARY, owns: [{ path: 'BACKLOG.md', section: 'Adversary findings' }] },
      });
      await rig.until('nothing is wrong', async () => (await kept(rig))?.status === 'True');
      const own = { 'STATUS-1.md': 'busy\n', 'BACKLOG.md': backlog('two', 'none') };
      await rig.git.commitTo(bare, { author: BUILDER, files: own });
      const one = await rig.git.commitTo(bare, {
        author: ADVERSARY,
        files: { 'STATUS-1.md': '## DONE\n', 'src/a.ts': '' },
      });
      const two = await rig.git.commitTo(bare, {
        author: BUILDER,
        files: { 'BACKLOG.md': backlog('two', 'all fine') },
      });
      await shows(rig, two);
      const last = `commit ${two.slice(0, 12)} of builder touched part "Adversary findings" of "BACKLOG.md", which adversary owns`;
      await rig.until('the last one is told', async () => (await kept(rig))?.message === last);
      const first = `commit ${one.slice(0, 12)} of adversary touched "STATUS-1.md", which builder owns`;
      assert.deepEqual((await told(rig, 'OwnershipBroken')).toSorted(), [first, last].toSorted());
      await rig.git.commitTo(bare, { author: BUILDER, files: own });
      await rig.quiet();
      await rig.order('Repository/code', { reconcile: { by: 'ana', at: new Date().toISOString(), id: 'seen' } });
      await rig.until('a person has seen it', async () => (await kept(rig))?.status !== 'False' || undefined);
      assert.equal((await told(rig, 'OwnershipBroken')).length, 3);
    }));

  test('tells of a force-push with both heads, keeps on saying so, and is clear again when a person has seen it', () =>
    withRig(async (rig) => {
      const bare = await startRepository(rig, {});
      const root = await rig.git.git(bare, 'rev-parse', 'main');
      const before = await rig.git.commitTo(bare, { subject: 'claim(a): b' });
      await shows(rig, before);
      const after = await rig.git.commitTo(bare, { subject: 'another' }, root);
      await shows(rig, after);
      const head = await rig.git.commitTo(bare, { subject: 'more' });
      await shows(rig, head);
      const intact = await rig.condition('Repository/code', 'HistoryIntact');
      const said = `the branch was force-pushed from ${before.slice(0, 12)} to ${after.slice(0, 12)}, which does not contain it`;
      assert.deepEqual([intact?.status, intact?.message], ['False', said]);
      assert.deepEqual(await told(rig, 'HistoryRewritten'), [said]);
      await rig.order('Repository/code', { reconcile: { by: 'ana', at: new Date().toISOString(), id: 'seen' } });
      await rig.until(
        'a person has seen it',
        async () => (await rig.condition('Repository/code', 'HistoryIntact'))?.status === 'True',
      );
    }));

  test('takes hints from a shallow clone, and from one that was rebased before its push', () =>
    withRig(async (rig) => {
      const bare = await startRepository(rig, { builder: {} }, { interval: '1h' });
      const clone = join(rig.folder, 'work', 'builder');
      await rig.git.git(rig.folder, 'clone', '--quiet', '--depth', '1', pathToFileURL(bare).href, clone);
      await rig.until('the clone is watched', async () => {
        await rig.lookAtAll();
        return (await rig.status('Repository/code'))['cloneHeads'] !== undefined;
      });
      const pushed = async (name: string) => {
        await writeFile(join(clone, name), 'x');
        await rig.git.git(clone, 'add', name);
        await rig.git.git(clone, 'commit', '--quiet', '-m', `claim(${name}): done`);
        await rig.git.git(clone, 'pull', '--quiet', '--rebase');
        await rig.git.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
        return rig.git.git(clone, 'rev-parse', 'HEAD');
      };
      await shows(rig, await pushed('one'));
      await rig.git.commitTo(bare, { author: ADVERSARY, subject: 'review(one): PASS' });
      await shows(rig, await pushed('two'));
      assert.equal((await rig.condition('Repository/code', 'HistoryIntact'))?.status, 'True');
    }));
});

/** A repository with three commits, and agents that do not run: what they push is up to the test. */
async function startRepository(
  rig: PipelineRig,
  agents: Readonly<Record<string, JsonObject>>,
  more: JsonObject = {},
): Promise<string> {
  const bare = await rig.git.bare('code.git');
  for (const text of ['none', 'one', 'one '])
    await rig.git.commitTo(bare, {
      author: ADVERSARY,
      files: { 'BACKLOG.md': backlog(text, 'none'), 'STATUS-1.md': text },
    });
  await rig.apply({ kind: 'Repository', name: 'code', spec: { url: bare, interval: '300ms', ...more } });
  for (const [name, spec] of Object.entries(agents))
    await rig.apply(agentManifest(rig, name, { suspend: true, repositoryRef: { name: 'code' }, ...spec }));
  await rig.start();
  await rig.settled('Repository/code');
  return bare;
}

function backlog(build: string, findings: string): string {
  return `# Backlog\n\n## Build backlog\n\n- ${build}\n\n## Adversary findings\n\n- ${findings}\n`;
}

async function shows(rig: PipelineRig, sha: string): Promise<void> {
  await rig.until(`the repository shows ${sha}`, async () => (await rig.status('Repository/code'))['commit'] === sha);
}

async function kept(rig: PipelineRig) {
  return rig.condition('Repository/code', 'OwnershipKept');
}

/** Messages of the events of one reason. */
async function told(rig: PipelineRig, reason: string): Promise<readonly string[]> {
  const events = await rig.store.events({ about: 'Repository/code' });
  return events.filter((event) => event.reason === reason).map(({ message }) => message);
}
