import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { deriveGate, plainScope } from '#plan/derive-gate.ts';

import { commitsOf, objectOf } from '../../support/plan-input.ts';

function gateSpec(more: object = {}) {
  const spec = { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary', ...more };
  return objectOf('Gate', { spec }).spec;
}

function states(subjects: readonly string[], more: object = {}): string {
  const scopes = deriveGate(commitsOf(subjects), gateSpec(more));
  return scopes.map(({ scope, state, awaits }) => [scope, state, awaits].filter(Boolean).join(' ')).join(', ');
}

type Row = { title: string; reason: string; subjects: readonly string[]; spec?: object; is: string };

const rows: readonly Row[] = [
  { title: 'nothing is claimed', reason: 'other commits say nothing', subjects: ['fix: it', 'claims(a): x'], is: '' },
  { title: 'a claim waits', reason: 'nobody has answered', subjects: ['claim(a): x'], is: 'a Claimed Verdict' },
  {
    title: 'a PASS answers the claim before it',
    reason: 'a verdict answers the latest earlier claim',
    subjects: ['claim(a): x', 'review(a): PASS'],
    is: 'a Passed',
  },
  {
    title: 'a PASS before any claim is for nothing',
    reason: 'a verdict looks back, never ahead',
    subjects: ['review(a): PASS', 'claim(a): x'],
    is: 'a Claimed Verdict',
  },
  {
    title: 'a new claim opens a scope that had passed',
    reason: 'the verdict was about the claim before',
    subjects: ['claim(a): x', 'review(a): PASS', 'claim(a): y'],
    is: 'a Claimed Verdict',
  },
  {
    title: 'a FAIL is the last word',
    reason: 'the latest verdict counts',
    subjects: ['claim(a): x', 'review(a): PASS', 'review(a): FAIL no'],
    is: 'a Failed',
  },
  {
    title: 'a PASS after a FAIL of the same claim',
    reason: 'the verifier may correct itself',
    subjects: ['claim(a): x', 'review(a): FAIL', 'review(a): PASS'],
    is: 'a Passed',
  },
  { title: 'a veto without a claim', reason: 'a veto needs none', subjects: ['review(a): VETO'], is: 'a Vetoed' },
  {
    title: 'a veto holds over a later FAIL',
    reason: 'only PASS lifts it',
    subjects: ['claim(a): x', 'review(a): VETO', 'review(a): FAIL'],
    is: 'a Vetoed',
  },
  {
    title: 'a new claim under a veto waits for its verdict',
    reason: 'the verifier has to hear of it, or the veto would hold for ever',
    subjects: ['claim(a): x', 'review(a): VETO', 'claim(a): y'],
    is: 'a Vetoed Verdict',
  },
  {
    title: 'a PASS lifts a veto',
    reason: 'it is in the same scope',
    subjects: ['review(a): VETO', 'claim(a): x', 'review(a): PASS'],
    is: 'a Passed',
  },
  {
    title: 'a PASS elsewhere lifts no veto',
    reason: 'scopes are apart',
    subjects: ['review(a): VETO', 'claim(b): x', 'review(b): PASS'],
    is: 'a Vetoed, b Passed',
  },
  {
    title: 'words that no pattern fits',
    reason: 'an unclear verdict leaves the claim Verdict',
    subjects: ['claim(a): x', 'review(a): PASSED?', 'review(a): looks fine'],
    is: 'a Unclear ClearVerdict',
  },
  {
    title: 'a verdict word must begin the text',
    reason: 'a sentence about PASS is no PASS',
    subjects: ['claim(a): x', 'review(a): will PASS soon'],
    is: 'a Unclear ClearVerdict',
  },
  {
    title: 'FAIL wins over PASS in one subject',
    reason: 'nothing passes by a pattern that fits too much',
    subjects: ['claim(a): x', 'review(a): FAIL PASS'],
    spec: { verdict: { pass: 'PASS' } },
    is: 'a Failed',
  },
  {
    title: 'own prefixes',
    reason: 'the manifest may name them',
    subjects: ['handover(a): x', 'claim(b): x', 'verdict(a): PASS'],
    spec: { claim: { prefix: 'handover' }, verdict: { prefix: 'verdict' } },
    is: 'a Passed',
  },
  {
    title: 'a gate for one scope',
    reason: 'other scopes belong to other gates',
    subjects: ['claim(a): x', 'claim(b): x'],
    spec: { scope: 'a' },
    is: 'a Claimed Verdict',
  },
  {
    title: 'a gate for scopes that begin alike',
    reason: 'a star at the end takes the rest',
    subjects: ['claim(api-1): x', 'claim(web): x'],
    spec: { scope: 'api-*' },
    is: 'api-1 Claimed Verdict',
  },
  {
    title: 'a bracket without an end',
    reason: 'half a subject is no claim',
    subjects: ['claim(a: x', 'claim(): x'],
    is: 'Claimed Verdict',
  },
];

describe('the scopes of a gate', () => {
  for (const { title, reason, subjects, spec, is } of rows) {
    test(title, () => assert.equal(states(subjects, spec), is, reason));
  }
});

const word = fc.constantFrom('claim', 'PASS', 'FAIL', 'VETO', 'hm');
const step = fc.record({ scope: fc.constantFrom('a', 'b', 'c'), word });

function subjectOf({ scope, word: said }: { scope: string; word: string }): string {
  return said === 'claim' ? `claim(${scope}): x` : `review(${scope}): ${said}`;
}

test('a vetoed scope is opened by PASS and by nothing else', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const subjects = ['review(a): VETO', ...steps.map(subjectOf)];
      const isLifted = steps.some(({ scope, word: said }) => scope === 'a' && said === 'PASS');
      const isVetoed = states(subjects).includes('a Vetoed');
      assert.ok(isLifted || isVetoed);
    }),
  );
});

test('the order of commits in different scopes does not matter', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const apart = ['a', 'b', 'c'].flatMap((scope) => steps.filter((one) => one.scope === scope));
      assert.equal(states(apart.map(subjectOf)), states(steps.map(subjectOf)));
    }),
  );
});

test('whatever a subject says, the gate has an answer', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }), (texts) => {
      const subjects = texts.flatMap((text) => [text, `claim(${text}): x`, `review(${text}): ${text}`]);
      assert.ok(Array.isArray(deriveGate(commitsOf(subjects), gateSpec())));
    }),
  );
});

test('only a plain scope is repeated outside git', () => {
  const plain = ['api-1', 'a/b.c', '*', 'x'.repeat(64)];
  const others = ['a*', 'a b', '$(x)', '', 'x'.repeat(65), '\u001b[2J', 'now;rm', 'a\nb', 'ü'];
  assert.deepEqual(plain.map(plainScope), plain);
  assert.deepEqual(
    others.map(plainScope),
    others.map(() => undefined),
  );
});

/** Commits by hand, newest first: hash, subject, parents. */
function linesOf(...commits: readonly (readonly [sha: string, subject: string, ...parents: string[]])[]) {
  const author = { name: 'n', email: 'n@example.org' };
  return commits.map(([sha, subject, ...parents]) => ({ sha, subject, parents, author, committedAtMs: 0 }));
}

describe('when a merge puts two lines of history beside each other', () => {
  const beside: readonly { title: string; reason: string; answer: string; is: string }[] = [
    { title: 'a PASS', reason: 'it was made without the newer claim', answer: 'PASS', is: 'Unclear ClearVerdict' },
    { title: 'a FAIL', reason: 'it speaks of the older claim', answer: 'FAIL', is: 'Unclear ClearVerdict' },
    { title: 'a VETO', reason: 'it holds whatever is claimed', answer: 'VETO', is: 'Vetoed ClearVerdict' },
  ];
  const base = ['1', 'claim(a): first'] as const;
  for (const { title, reason, answer, is } of beside) {
    test(`${title} beside a newer claim means the same whoever made the merge: ${reason}`, () => {
      const [claim, review] = [['2', 'claim(a): second', '1'] as const, ['3', `review(a): ${answer}`, '1'] as const];
      for (const sides of [
        [claim, review],
        [review, claim],
      ]) {
        const [scope] = deriveGate(linesOf(['4', 'Merge', '2', '3'], ...sides, base), gateSpec());
        assert.equal([scope?.state, scope?.awaits].join(' '), is);
      }
    });
  }

  test('a PASS that has the claim in its history answers it, by whichever parent', () => {
    const merged = linesOf(
      ['4', 'review(a): PASS', '3', '2'],
      ['3', 'fix: x', '1'],
      ['2', 'claim(a): second', '1'],
      base,
    );
    assert.equal(deriveGate(merged, gateSpec())[0]?.state, 'Passed');
  });

  test('an answer stands against a verdict that knows nothing of the claim', () => {
    const commits = linesOf(
      ['5', 'Merge', '3', '4'],
      ['4', 'review(a): FAIL', '1'],
      ['3', 'review(a): PASS', '2'],
      ['2', 'claim(a): second', '1'],
      base,
    );
    assert.equal(deriveGate(commits, gateSpec())[0]?.state, 'Passed');
  });

  test('a PASS lifts only a veto that it has in its history', () => {
    const commits = linesOf(
      ['4', 'Merge', '2', '3'],
      ['3', 'review(a): PASS', '1'],
      ['2', 'review(a): VETO', '1'],
      base,
    );
    assert.equal(deriveGate(commits, gateSpec())[0]?.state, 'Vetoed');
  });
});

test('whatever is merged with what, a scope passes only by a PASS that knows its claim and every veto', () => {
  const subject = fc.constantFrom(
    ...['claim(a): x', 'review(a): PASS', 'review(a): FAIL', 'review(a): VETO', 'review(a): hm', 'fix: it'],
  );
  const step = fc.record({ subject, one: fc.nat(4), other: fc.option(fc.nat(4), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 14 }), (steps) => {
      const author = { name: 'n', email: 'n@example.org' };
      // Oldest first; each commit stands on one or two of those before it.
      const made = steps.map(({ subject: said, one, other }, index) => {
        const back = [one, other].flatMap((far) =>
          far === undefined || index === 0 ? [] : [Math.min(far, index - 1)],
        );
        const parents = [...new Set(back.map((far) => String(index - 1 - far)))];
        return { sha: String(index), subject: said, parents, author, committedAtMs: 0 };
      });
      const [scope] = deriveGate(made.toReversed(), gateSpec());
      if (scope?.state !== 'Passed') return;
      const passes = made
        .filter((commit) => commit.subject.endsWith('PASS'))
        .map((commit) => ancestorsOf(commit.sha, made));
      assert.ok(passes.some((known) => known.has(scope.claim?.sha ?? '')));
      for (const { sha } of made.filter((commit) => commit.subject.endsWith('VETO')))
        assert.ok(
          passes.some((known) => known.has(sha)),
          `nobody has lifted the veto ${sha}`,
        );
    }),
    { numRuns: 2000 },
  );
});

function ancestorsOf(sha: string, commits: readonly { sha: string; parents: readonly string[] }[]): Set<string> {
  const { parents = [] } = commits.find((one) => one.sha === sha) ?? {};
  return new Set(parents.flatMap((parent) => [parent, ...ancestorsOf(parent, commits)]));
}
