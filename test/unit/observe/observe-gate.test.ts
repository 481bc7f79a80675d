import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import type { AnyObject } from '#api/kinds.ts';
import { ObjectSet } from '#observe/object-set.ts';
import { observeGate } from '#observe/observe-gate.ts';
import type { Readers } from '#observe/readers.ts';

import { createFakeEvidence } from '../../fakes/fake-evidence.ts';
import { createFakeGit } from '../../fakes/fake-git.ts';
import { agentOf, objectOf, RIG } from '../../support/plan-input.ts';

const URL = 'https://git.example.org/x.git';
const MIRROR = '/state/mirrors/x.git';

/** A mirror with some commits, and a gate that looks at it through the real functions. */
async function makeWorld(subjects: readonly string[]) {
  const git = createFakeGit();
  const shas = subjects.map((subject) => git.remote(URL).commit({ subject }));
  const fetch = () => git.writer.fetch({ mirror: MIRROR, url: URL, branch: 'main', timeoutMs: 1000 });
  await fetch();
  const look = async (opening: string | undefined, status: object = {}) => {
    const phases = [
      { name: '1', id: '1', state: 'Current', ...(opening === undefined ? {} : { openingCommit: opening }) },
    ];
    const gate = objectOf('Gate', {
      name: 'handoff',
      spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' },
      status,
    });
    const commit = git.remote(URL).branches.get('main') ?? '';
    const objects: AnyObject[] = [
      gate,
      objectOf('Repository', { name: 'x', spec: { url: URL }, status: { commit } }),
      objectOf('Sequence', { name: 'main', status: { observedCommit: commit, phases } }),
      agentOf({ spec: { repositoryRef: { name: 'x' } } }),
    ];
    const readers: Partial<Readers> = { rig: RIG, git: git.reader, evidence: createFakeEvidence().reader };
    // A gate looks at nothing else.
    return observeGate(gate, { readers: readers as Readers, objects: new ObjectSet(objects, []) });
  };
  const subjectsOf = (fact: Awaited<ReturnType<typeof look>>['commits']) =>
    fact.state === 'known' ? fact.value.map(({ subject }) => subject) : fact.state;
  return { git, shas, fetch, look, subjectsOf };
}

describe('what a gate sees of the history', () => {
  test('is in two parts: since the phase was opened, and before', async () => {
    const { shas, look, subjectsOf } = await makeWorld(['begin', 'claim(a): x', 'claim(b): x']);
    const seen = await look(shas[1]);
    assert.deepEqual([subjectsOf(seen.commits), subjectsOf(seen.earlier)], [['claim(b): x'], ['claim(a): x', 'begin']]);
  });

  test('holds no commit that was pushed away', async () => {
    const { git, shas, fetch, look, subjectsOf } = await makeWorld(['begin', 'claim(a): x', 'claim(b): x']);
    git.remote(URL).forcePush({ onto: shas[0] ?? '', subject: 'another line' });
    await fetch();
    const seen = await look(shas[1]);
    assert.deepEqual([subjectsOf(seen.commits), subjectsOf(seen.earlier)], [['another line'], ['begin']]);
  });

  test('is judged as a whole when the mirror does not have the opening commit any more', async () => {
    const { look, subjectsOf } = await makeWorld(['begin', 'claim(a): x']);
    const seen = await look('f'.repeat(40));
    assert.deepEqual([subjectsOf(seen.commits), subjectsOf(seen.earlier)], [['claim(a): x', 'begin'], []]);
  });

  test('leads to a look at the clone only for a claim that is new', async () => {
    const { git, shas, look } = await makeWorld(['begin', 'claim(a): x']);
    git.folders.set('/work/builder', {
      url: URL,
      branch: 'main',
      head: shas[1],
      tracking: new Map([['main', shas[1] ?? '']]),
    });
    git.uncommitted.set('/work/builder', { changed: 1, untracked: 2 });
    assert.equal((await look(undefined)).unpushed, undefined, 'at the first look nothing is new');
    const fresh = await look(undefined, { firstSeenCommit: shas[0] });
    assert.deepEqual(fresh.unpushed, known({ changed: 1, untracked: 2, isAhead: false }));
    const claim = { sha: shas[1], subject: '', at: '2026-03-01T10:00:00.000Z', author: '' };
    const told = await look(undefined, { firstSeenCommit: shas[0], scopes: [{ scope: 'a', state: 'Claimed', claim }] });
    assert.equal(told.unpushed, undefined, 'it was looked at when the claim came');
  });

  test('calls a clone ahead whose commits the remote does not have, by its own word where the mirror is behind', async () => {
    const { git, shas, look } = await makeWorld(['begin', 'claim(a): x']);
    const clone = { url: URL, branch: 'main', head: shas[1], tracking: new Map([['main', shas[1] ?? '']]) };
    git.folders.set('/work/builder', clone);
    const unpushed = git.commitIn('/work/builder', { subject: 'not pushed' });
    const ahead = await look(undefined, { firstSeenCommit: shas[0] });
    assert.equal(ahead.unpushed?.state === 'known' && ahead.unpushed.value.isAhead, true);
    clone.tracking.set('main', unpushed);
    const pushed = await look(undefined, { firstSeenCommit: shas[0] });
    assert.equal(pushed.unpushed?.state === 'known' && pushed.unpushed.value.isAhead, false);
  });
});
