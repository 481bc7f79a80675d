import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import type { Writers } from '#act/writers.ts';
import type { DeliverySpec } from '#api/delivery.ts';
import { ObjectCache } from '#controller/object-cache.ts';
import { reconcile } from '#controller/reconcile.ts';
import { createGit, type Git } from '#drivers/git/create-git.ts';
import type { Readers } from '#observe/readers.ts';
import { RepositoryHints } from '#observe/repository-hints.ts';
import { isUnreadable, type JsonObject } from '#store/store.ts';

import { createFakeEvidence } from '../fakes/fake-evidence.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { writeSpec } from '../simulate/rig-shape.ts';
import { createScratchGit, type ScratchGit } from '../support/git.ts';
import { agentOf, RIG } from '../support/plan-input.ts';

/** A gate over a real repository, in the hands of the real pipeline; agents are told, and take nothing. */
type GateRig = {
  readonly scratch: ScratchGit;
  readonly bare: string;
  readonly clone: string;
  /** Commits in the clone, with the time that the commit is to name. */
  commit(subject: string, at?: string): Promise<string>;
  /** Looks at the remote and at the gate. */
  look(): Promise<void>;
  /** Who is owed which commit now, as `agent subject`. */
  owed(): Promise<readonly string[]>;
};

const KEYS = ['Repository/x', 'Phase/1', 'Gate/handoff', 'Phase/1', 'Sequence/main', 'Gate/handoff'];

async function withGate(body: (rig: GateRig) => Promise<void>): Promise<void> {
  const scratch = await createScratchGit();
  const git = createGit({ environment: scratch.environment });
  try {
    const bare = await scratch.bare('remote.git');
    await scratch.commitTo(bare, { subject: 'begin', files: { 'a.txt': 'a\n' } });
    const clone = join(scratch.root, 'clone');
    await scratch.git(scratch.root, 'clone', '--quiet', bare, clone);
    await body(await makeGate(scratch, git, { bare, clone }));
  } finally {
    git.close();
    await scratch.remove();
  }
}

async function makeGate(
  scratch: ScratchGit,
  git: Git,
  { bare, clone }: { bare: string; clone: string },
): Promise<GateRig> {
  const [store, clock] = [new MemoryStore(), new FakeClock()];
  const ref = { repositoryRef: { name: 'x' } };
  const agent = agentOf().spec as unknown as JsonObject;
  const specs: readonly (readonly [string, string, JsonObject])[] = [
    ['Repository', 'x', { url: bare, interval: '10s' }],
    ['Gate', 'handoff', { ...ref, claimant: 'builder', verifier: 'adversary' }],
    ['Phase', '1', { ...ref, order: 10, requiredGates: ['handoff'] }],
    ['Agent', 'builder', { ...agent, ...ref, workdir: clone }],
    ['Agent', 'adversary', { ...agent, session: 'adversary' }],
  ];
  for (const [kind, name, spec] of specs) await writeSpec(store, { kind, name, spec });
  const cache = new ObjectCache(store);
  const readers: Partial<Readers> = {
    rig: { ...RIG, stateDir: join(scratch.root, 'state') },
    git: git.reader,
    evidence: createFakeEvidence().reader,
    hints: new RepositoryHints(),
    now: () => clock.now(),
    hash: (text) => text,
  };
  const writers: Partial<Writers> = { git, store, clock };
  let ids = 0;
  // Only kinds that use nothing else are looked at here.
  const tools = {
    readers: readers as Readers,
    writers: writers as Writers,
    load: () => cache.load(),
    newId: () => String((ids += 1)),
  };
  return {
    ...{ scratch, bare, clone },
    async commit(subject, at) {
      // git takes the committer's time from its environment only.
      scratch.environment['GIT_COMMITTER_DATE'] = at ?? '2026-03-01T09:00:00Z';
      await scratch.git(clone, 'commit', '--quiet', '--allow-empty', '-m', subject);
      return scratch.git(clone, 'rev-parse', 'HEAD');
    },
    async look() {
      await clock.advance(15_000);
      for (let round = 0; round < 2; round += 1) for (const key of KEYS) await reconcile(key, tools);
    },
    async owed() {
      const open = (await store.list('Delivery')).flatMap((object) => {
        if (isUnreadable(object) || object.status?.['settledAt'] !== undefined) return [];
        return [object.spec as unknown as DeliverySpec];
      });
      const lines = open.map(async ({ agentRef, cause }) => {
        const subject = await scratch.git(clone, 'log', '-1', '--format=%s', cause.sha ?? '');
        return `${agentRef.name} ${subject}`;
      });
      return (await Promise.all(lines)).toSorted();
    },
  };
}

type Row = {
  readonly title: string;
  readonly reason: string;
  readonly body: (rig: GateRig) => Promise<unknown>;
  /** Looked at before the history goes on; without it the first look comes after everything. */
  readonly isSeenBefore: boolean;
  readonly owed: readonly string[];
};

const push = ({ scratch, clone }: GateRig): Promise<string> =>
  scratch.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');

const ROWS: readonly Row[] = [
  {
    title: 'a first look at 200 old claims',
    reason: 'only the newest unanswered one of each scope is told',
    isSeenBefore: false,
    async body(rig) {
      const subjects = Array.from({ length: 100 }, (_none, index) =>
        ['a', 'b'].flatMap((scope) => [
          `claim(${scope}): ${String(index)}`,
          ...(index % 2 === 0 ? [`review(${scope}): FAIL`] : []),
        ]),
      );
      importCommits(rig, [...subjects.flat(), 'review(b): PASS']);
      await rig.scratch.git(rig.clone, 'fetch', '--quiet');
    },
    owed: ['adversary claim(a): 99'],
  },
  {
    title: 'a claim that came by a merge',
    reason: 'it is part of the branch like any other',
    isSeenBefore: true,
    async body(rig) {
      await rig.scratch.git(rig.clone, 'checkout', '--quiet', '-b', 'side');
      await rig.commit('claim(side): it works');
      await rig.scratch.git(rig.clone, 'checkout', '--quiet', 'main');
      await rig.commit('fix: something else');
      await rig.scratch.git(rig.clone, 'merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side');
      await push(rig);
    },
    owed: ['adversary claim(side): it works'],
  },
  {
    title: 'a verdict that a merge brings beside a newer claim',
    reason: 'it was made without that claim, so it lets nothing pass: both are told that it is unclear',
    isSeenBefore: true,
    async body(rig) {
      await rig.commit('claim(a): first');
      await push(rig);
      await rig.scratch.commitTo(rig.bare, { subject: 'review(a): PASS' });
      await rig.commit('claim(a): second');
      await rig.scratch.git(rig.clone, 'fetch', '--quiet');
      await rig.scratch.git(rig.clone, 'merge', '--quiet', '--no-ff', '-m', 'Merge main', 'origin/main');
      await push(rig);
    },
    owed: ['adversary claim(a): second', 'adversary review(a): PASS', 'builder review(a): PASS'],
  },
  {
    title: 'two claims in one push',
    reason: 'of one scope the newer, of two scopes both',
    isSeenBefore: true,
    async body(rig) {
      for (const subject of ['claim(a): first', 'claim(a): second', 'claim(b): first']) await rig.commit(subject);
      await push(rig);
    },
    owed: ['adversary claim(a): second', 'adversary claim(b): first'],
  },
  {
    title: 'claim and verdict in one fetch',
    reason: 'the verifier has answered already; the claimant has to know',
    isSeenBefore: true,
    async body(rig) {
      for (const subject of ['claim(a): x', 'review(a): FAIL']) await rig.commit(subject);
      await push(rig);
    },
    owed: ['builder review(a): FAIL'],
  },
  {
    title: 'commits with times from the future and the past',
    reason: 'parents say what came first, clocks do not',
    isSeenBefore: true,
    async body(rig) {
      await rig.commit('claim(a): x', '2099-01-01T00:00:00Z');
      await rig.commit('review(a): PASS', '1980-01-01T00:00:00Z');
      await rig.commit('claim(b): x', '1970-01-02T00:00:00Z');
      await push(rig);
    },
    owed: ['adversary claim(b): x', 'builder review(a): PASS'],
  },
  {
    title: 'a push from a shallow clone',
    reason: 'the mirror has the whole history, whatever the clone has',
    isSeenBefore: true,
    async body(rig) {
      const shallow = join(rig.scratch.root, 'shallow');
      await rig.scratch.git(rig.scratch.root, 'clone', '--quiet', '--depth=1', `file://${rig.bare}`, shallow);
      await rig.scratch.git(shallow, 'commit', '--quiet', '--allow-empty', '-m', 'claim(a): from a shallow clone');
      await rig.scratch.git(shallow, 'push', '--quiet');
      await rig.scratch.git(rig.clone, 'fetch', '--quiet');
    },
    owed: ['adversary claim(a): from a shallow clone'],
  },
  {
    title: 'a clone that was rebased before it pushed',
    reason: 'only what reached the remote is told, under its new hash',
    isSeenBefore: true,
    async body(rig) {
      await rig.commit('claim(a): rebased');
      await rig.scratch.commitTo(rig.bare, { subject: 'fix: by somebody else', files: { 'b.txt': 'b\n' } });
      await rig.look();
      await rig.scratch.git(rig.clone, 'pull', '--quiet', '--rebase');
      await push(rig);
    },
    owed: ['adversary claim(a): rebased'],
  },
  {
    title: 'an answer that was pushed away',
    reason: 'the claim waits again, and the answer is nobody’s matter any more',
    isSeenBefore: true,
    async body(rig) {
      const claim = await rig.commit('claim(a): x');
      await rig.commit('review(a): PASS');
      await push(rig);
      await rig.look();
      await rig.scratch.git(rig.clone, 'push', '--quiet', '--force', 'origin', `${claim}:refs/heads/main`);
    },
    owed: ['adversary claim(a): x'],
  },
  {
    title: 'subjects that look like commands',
    reason: 'a scope that is not plain is told without its name',
    isSeenBefore: true,
    async body(rig) {
      await writeFile(join(rig.clone, 'a.txt'), 'x');
      await rig.commit('claim($(reboot)\u001b[2J): x');
      await push(rig);
    },
    owed: ['adversary claim($(reboot)\u001b[2J): x'],
  },
];

/** Puts many commits on the branch with one program. */
function importCommits({ scratch, bare }: GateRig, subjects: readonly string[]): void {
  const commits = subjects.map((subject, index) => {
    const from = index === 0 ? 'from refs/heads/main^0\n' : '';
    const person = `builder <builder@example.org> ${String(1_800_000_000 + index)} +0000`;
    return `commit refs/heads/main\ncommitter ${person}\ndata ${String(Buffer.byteLength(subject))}\n${subject}\n${from}`;
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: bare, env: scratch.environment, input: commits.join('') });
}

describe('what is owed to whom, on real git', { concurrency: 2 }, () => {
  for (const { title, reason, body, isSeenBefore, owed } of ROWS)
    test(`${title}: ${reason}`, () =>
      withGate(async (rig) => {
        if (isSeenBefore) await rig.look();
        await body(rig);
        await rig.look();
        assert.deepEqual(await rig.owed(), owed);
        await rig.look();
        assert.deepEqual(await rig.owed(), owed, 'and another look changes nothing');
      }));
});
