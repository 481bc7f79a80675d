import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { known, unknown } from '#api/fact.ts';
import type { CommitChanges } from '#drivers/git/git.ts';
import type { OwnershipView, Writer } from '#observe/observation.ts';
import { judgeOwnership, unknownWriters } from '#plan/repository/judge-ownership.ts';

const [SHA, P1, P2] = ['c', 'a', 'b'].map((digit) => digit.repeat(40)) as [string, string, string];

const BUILDER: Writer = {
  agent: 'builder',
  email: 'builder@example.org',
  owns: [{ path: 'STATUS-*.md' }, { path: 'DECISIONS.md' }, { path: 'BACKLOG.md', section: 'Build backlog' }],
};
const ADVERSARY: Writer = {
  agent: 'adversary',
  email: 'Adversary@example.org',
  owns: [
    { path: 'REVIEW*.md' },
    { path: 'BACKLOG.md', section: 'Adversary findings' },
    { path: 'DECISIONS.md', section: 'Objections' },
  ],
};

const backlog = (build: string, findings: string) =>
  `# Backlog\n\n## Build backlog\n${build}\n## Adversary findings\n${findings}\n`;
const decisions = (own: string, objections: string) => `# Decisions\n${own}\n## Objections\n${objections}\n`;

function commitBy(email: string, paths: readonly string[], parents: readonly string[] = [P1]): CommitChanges {
  const commit = { sha: SHA, parents, subject: 's', author: { name: 'whoever', email }, committedAtMs: 0 };
  return { commit, paths };
}

function judge(change: CommitChanges, texts: Readonly<Record<string, string>> = {}, writers = [BUILDER, ADVERSARY]) {
  const facts = Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, known(text)]));
  const found = judgeOwnership({ writers, changes: known([change]), texts: facts });
  return found.map(({ author, path, section, owner }) => [author, path, section ?? '', owner].join(' ').trim());
}

describe('a commit', () => {
  const rows = [
    { reason: 'to the own files is fine', by: 'builder', paths: ['STATUS-1.md', 'DECISIONS.md'], found: [] },
    { reason: 'to files of nobody is fine', by: 'adversary', paths: ['src/a.ts', 'old/STATUS-1.md'], found: [] },
    {
      reason: 'to a file of the other is told, whatever was done to it',
      by: 'adversary',
      paths: ['STATUS-1.md', 'REVIEW.md'],
      found: ['adversary STATUS-1.md  builder'],
    },
    { reason: 'of a person is not judged', by: 'person', paths: ['STATUS-1.md', 'REVIEW.md'], found: [] },
    {
      reason: 'is known by its address in any case of letters',
      by: 'ADVERSARY',
      paths: ['STATUS-1.md'],
      found: ['adversary STATUS-1.md  builder'],
    },
  ];
  for (const { reason, by, paths, found } of rows)
    it(reason, () => assert.deepEqual(judge(commitBy(`${by}@example.org`, paths)), found));

  const parts = [
    {
      reason: 'to the own part of a file is fine',
      by: 'builder',
      before: backlog('a', 'x'),
      after: backlog('b', 'x'),
      found: [],
    },
    {
      reason: 'to the part of the other is told with its heading',
      by: 'builder',
      before: backlog('a', 'x'),
      after: backlog('a', 'y'),
      found: ['builder BACKLOG.md Adversary findings adversary'],
    },
    {
      reason: 'that deletes the file takes the part of the other with it',
      by: 'builder',
      before: backlog('a', 'x'),
      after: '',
      found: ['builder BACKLOG.md Adversary findings adversary'],
    },
    {
      reason: 'that adds a part after that of the other is fine',
      by: 'builder',
      before: '## Adversary findings\nx\n',
      after: '## Adversary findings\nx\n\n\n## Build backlog\na\n',
      found: [],
    },
    {
      reason: 'to what nobody owns in the file is fine',
      by: 'adversary',
      before: backlog('a', 'x'),
      after: `intro\n${backlog('a', 'x')}`,
      found: [],
    },
  ];
  for (const { reason, by, before, after, found } of parts) {
    it(reason, () => {
      const texts = { [`${P1}:BACKLOG.md`]: before, [`${SHA}:BACKLOG.md`]: after };
      assert.deepEqual(judge(commitBy(`${by}@example.org`, ['BACKLOG.md']), texts), found);
    });
  }

  it('to the own part of a file that is otherwise the other’s is fine, and told beyond it', () => {
    const change = commitBy('adversary@example.org', ['DECISIONS.md']);
    const before = { [`${P1}:DECISIONS.md`]: decisions('a', 'x') };
    assert.deepEqual(judge(change, { ...before, [`${SHA}:DECISIONS.md`]: decisions('a', 'y') }), []);
    const beyond = judge(change, { ...before, [`${SHA}:DECISIONS.md`]: decisions('b', 'y') });
    assert.deepEqual(beyond, ['adversary DECISIONS.md  builder']);
  });

  it('that merges is charged with a part only when no parent has it so', () => {
    const merge = commitBy('builder@example.org', ['BACKLOG.md'], [P1, P2]);
    const parents = { [`${P1}:BACKLOG.md`]: backlog('a', 'x'), [`${P2}:BACKLOG.md`]: backlog('a', 'y') };
    assert.deepEqual(judge(merge, { ...parents, [`${SHA}:BACKLOG.md`]: backlog('b', 'y') }), []);
    const mixed = judge(merge, { ...parents, [`${SHA}:BACKLOG.md`]: backlog('b', 'z') });
    assert.deepEqual(mixed, ['builder BACKLOG.md Adversary findings adversary']);
  });

  it('is not judged on a text that could not be read', () => {
    const change = commitBy('builder@example.org', ['BACKLOG.md']);
    const texts: OwnershipView['texts'] = {
      [`${P1}:BACKLOG.md`]: known(backlog('a', 'x')),
      [`${SHA}:BACKLOG.md`]: unknown('FileTooLarge', 'it is'),
    };
    assert.deepEqual(judgeOwnership({ writers: [BUILDER, ADVERSARY], changes: known([change]), texts }), []);
  });

  it('of an address that two agents share is nobody’s, and they are named', () => {
    const shared = [BUILDER, { ...ADVERSARY, email: 'builder@example.org' }];
    assert.deepEqual(judge(commitBy('builder@example.org', ['STATUS-1.md', 'REVIEW.md']), {}, shared), []);
    assert.deepEqual(unknownWriters(shared), ['builder', 'adversary']);
    assert.deepEqual(unknownWriters([BUILDER, { agent: 'c', owns: [] }]), ['c']);
  });
});
