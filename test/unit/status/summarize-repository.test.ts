import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '#act/outcome.ts';
import { known, unknown, type Fact } from '#api/fact.ts';
import type { CommitChanges } from '#drivers/git/git.ts';
import type { OwnershipView, RepositoryObservation, Writer } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';
import { planRepository } from '#plan/plan-repository.ts';
import { eventsOf } from '#status/events-of.ts';
import { summarize, type StatusRecord } from '#status/summarize.ts';
import { NOW_MS, objectOf, RIG } from '../../support/plan-input.ts';

const URL = 'https://git.example.org/x.git';
const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string];
const LOOKED = { commit: ONE, observedUrl: URL, observedBranch: 'main', attemptedAt: '2026-03-01T09:00:00.000Z' };

type Given = {
  readonly spec?: object;
  readonly status?: object;
  readonly operator?: object;
  readonly seen?: Partial<RepositoryObservation>;
  /** What the fetch came to, if one was planned. */
  readonly fetched?: Outcome['facts'] | { failed: string };
};

function pass({ spec, status = LOOKED, operator, seen, fetched = { commit: ONE } }: Given) {
  const object = objectOf('Repository', {
    name: 'x',
    spec: { url: URL, ...spec },
    status,
    ...(operator === undefined ? {} : { operator }),
  });
  const observation: RepositoryObservation = {
    kind: 'Repository',
    rig: RIG,
    mirror: '/state/x.git',
    mirrorHead: known(ONE),
    cloneHeads: {},
    ...seen,
  };
  const moment = { wallMs: NOW_MS, id: 'id1' };
  const plan = planRepository(object, observation, moment);
  const outcomes = plan.actions.map((action) => outcomeOf(action, fetched));
  const whole = { object, seen: observation, plan, outcomes, moment };
  const after = summarize(whole);
  return { plan, after, events: eventsOf(whole, after).map(({ reason, message }) => `${reason}: ${message}`) };
}

function outcomeOf(action: Action, fetched: NonNullable<Given['fetched']>): Outcome {
  if ('failed' in fetched) return { action, result: 'Failed', reason: fetched.failed, message: 'no', facts: {} };
  return { action, result: 'Done', facts: fetched };
}

function conditionOf(status: StatusRecord, type: string) {
  const found = status.conditions.find((one) => one.type === type);
  return found === undefined ? undefined : `${found.status} ${found.reason}`;
}

const ORDER = { reconcile: { by: 'ana', at: '2026-03-01T09:59:00.000Z', id: 'o1' } };

describe('a branch that was force-pushed', () => {
  const rewritten = { commit: TWO, isAppend: false };

  it('is told once with both commits, and stays a condition through later looks', () => {
    const first = pass({ fetched: rewritten });
    assert.equal(conditionOf(first.after, 'HistoryIntact'), 'False HistoryRewritten');
    const said = `the branch was force-pushed from ${ONE.slice(0, 12)} to ${TWO.slice(0, 12)}, which does not contain it`;
    assert.deepEqual(first.events, [`HistoryRewritten: ${said}`]);
    const status = { ...first.after, attemptedAt: LOOKED.attemptedAt };
    const later = pass({ status, fetched: { commit: THREE, isAppend: true } });
    assert.equal(conditionOf(later.after, 'HistoryIntact'), 'False HistoryRewritten');
    assert.deepEqual(later.events, []);
    assert.equal(conditionOf(later.after, 'Ready'), 'True Fetched');
  });

  it('is over when a person has ordered a look after it, and not by an order that a look failed to carry out', () => {
    const { after } = pass({ fetched: rewritten });
    const seen = pass({ status: after, operator: ORDER, fetched: { commit: TWO } });
    assert.equal(conditionOf(seen.after, 'HistoryIntact'), 'True Fetched');
    assert.equal(seen.after['rewrite'], undefined);
    const again = pass({
      status: { ...seen.after, attemptedAt: LOOKED.attemptedAt },
      operator: ORDER,
      fetched: { commit: THREE, isAppend: false },
    });
    assert.equal(conditionOf(again.after, 'HistoryIntact'), 'False HistoryRewritten');
  });

  it('is told again when it happens again', () => {
    const { after } = pass({ fetched: rewritten });
    const again = pass({
      status: { ...after, attemptedAt: LOOKED.attemptedAt },
      fetched: { commit: THREE, isAppend: false },
    });
    assert.match(again.events.join('\n'), new RegExp(`from ${TWO.slice(0, 12)} to ${THREE.slice(0, 12)}`));
  });

  it('is only noted where that is usual', () => {
    const { after, events } = pass({ spec: { appendOnly: false }, fetched: rewritten });
    assert.equal(conditionOf(after, 'HistoryIntact'), 'True RewriteExpected');
    assert.deepEqual(events, []);
  });

  it('is none when another branch or repository is looked at', () => {
    const { after } = pass({ fetched: rewritten });
    const moved = pass({ spec: { branch: 'next' }, status: after, fetched: { commit: THREE } });
    assert.equal(conditionOf(moved.after, 'HistoryIntact'), 'True Fetched');
    const [action] = moved.plan.actions;
    assert.equal(action?.type === 'FetchMirror' && action.previous, undefined);
  });
});

describe('a commit to what another agent owns', () => {
  const writers: readonly Writer[] = [
    { agent: 'builder', email: 'builder@example.org', owns: [{ path: 'STATUS.md' }] },
    { agent: 'adversary', email: 'adversary@example.org', owns: [] },
  ];
  const ownership = (changes: Fact<readonly CommitChanges[]>, who = writers): OwnershipView => ({
    writers: who,
    changes,
    texts: {},
  });
  const touch = (sha: string): CommitChanges => ({
    commit: {
      sha,
      parents: [ONE],
      subject: 's',
      author: { name: 'a', email: 'adversary@example.org' },
      committedAtMs: 0,
    },
    paths: ['STATUS.md'],
  });
  const status = {
    ...LOOKED,
    commit: TWO,
    attemptedAt: '2026-03-01T09:59:59.000Z',
    ownership: { checked: ONE, findings: [] },
  };

  it('is an event and a condition that name commit, file and owner, and is told once', () => {
    const { after, events } = pass({ status, seen: { ownership: ownership(known([touch(TWO)])) } });
    const said = `commit ${TWO.slice(0, 12)} of adversary touched "STATUS.md", which builder owns`;
    assert.deepEqual(events, [`OwnershipBroken: ${said}`]);
    assert.equal(conditionOf(after, 'OwnershipKept'), 'False OwnershipBroken');
    assert.equal((after['ownership'] as { checked: string }).checked, TWO);
    const later = pass({ status: after, seen: { ownership: ownership(known([])) } });
    assert.equal(conditionOf(later.after, 'OwnershipKept'), 'False OwnershipBroken');
    assert.deepEqual(later.events, []);
    const seen = pass({
      status: after,
      operator: ORDER,
      seen: { ownership: ownership(known([])) },
      fetched: { commit: TWO },
    });
    assert.equal(conditionOf(seen.after, 'OwnershipKept'), 'True OwnershipKept');
  });

  it('keeps no more than twenty findings', () => {
    const many = Array.from({ length: 30 }, (_, index) => touch(index.toString(16).padStart(40, 'a')));
    const { after, events } = pass({ status, seen: { ownership: ownership(known(many)) } });
    assert.equal((after['ownership'] as { findings: unknown[] }).findings.length, 20);
    assert.equal(events.length, 30);
  });

  it('begins with the head that is there when somebody first owns something', () => {
    const { ownership: _none, ...fresh } = status;
    const { after } = pass({ status: fresh, seen: { ownership: ownership(known([])) } });
    assert.deepEqual(after['ownership'], { checked: TWO, findings: [] });
    assert.equal(conditionOf(after, 'OwnershipKept'), 'True OwnershipKept');
    const none = pass({ status: after });
    assert.equal(none.after['ownership'], undefined);
    assert.equal(conditionOf(none.after, 'OwnershipKept'), undefined);
  });

  const unknowns = [
    { reason: 'TimedOut', checked: ONE, why: 'it is looked for again' },
    { reason: 'CommitMissing', checked: TWO, why: 'the start was force-pushed away' },
    { reason: 'ChangesTooLarge', checked: TWO, why: 'it would be too long each time' },
  ];
  for (const { reason, checked, why } of unknowns) {
    it(`is not judged when the changes are unknown (${reason}): ${why}`, () => {
      const { after } = pass({ status, seen: { ownership: ownership(unknown(reason, 'git did not say')) } });
      assert.equal(conditionOf(after, 'OwnershipKept'), 'Unknown OwnershipUnchecked');
      assert.equal((after['ownership'] as { checked: string }).checked, checked);
    });
  }

  it('can not be told for agents without an author', () => {
    const nameless = [...writers, { agent: 'c', owns: [] }];
    const { after } = pass({ status, seen: { ownership: ownership(known([]), nameless) } });
    const condition = after.conditions.find(({ type }) => type === 'OwnershipKept');
    assert.equal(
      condition?.message,
      'commits of c can not be told: give each agent a spec.author with an e-mail of its own',
    );
  });
});

describe('a webhook', () => {
  it('that nobody listens for is a condition, until it is listened for or no longer wanted', () => {
    const spec = { webhook: { secretFile: '/etc/hook' } };
    assert.equal(conditionOf(pass({ spec }).after, 'WebhookReady'), undefined);
    const deaf = pass({ spec, seen: { isListening: false } });
    assert.equal(conditionOf(deaf.after, 'WebhookReady'), 'False WebhookNotListening');
    assert.match(deaf.events.join('\n'), /WebhookNotListening/);
    const heard = pass({ spec, status: deaf.after, seen: { isListening: true } });
    assert.equal(conditionOf(heard.after, 'WebhookReady'), 'True WebhookListening');
    assert.equal(conditionOf(pass({ status: heard.after }).after, 'WebhookReady'), undefined);
  });
});

describe('credentials', () => {
  it('that can not be used are a person’s matter, and what was fetched stays in force', () => {
    const credentials = unknown('CredentialsExposed', '"/e" is open to other users (mode 0644); run: chmod 600 /e');
    const { after } = pass({ spec: { credentials: { envFile: '/e' } }, seen: { credentials } });
    assert.equal(conditionOf(after, 'Ready'), 'False CredentialsExposed');
    assert.equal(conditionOf(after, 'Stalled'), 'True CredentialsExposed');
    assert.equal(after['commit'], ONE);
  });

  it('leave a stamp behind with each look, so that a change is noticed', () => {
    const given = { spec: { credentials: { envFile: '/e' } }, seen: { credentials: known('s1') } };
    const { after } = pass({ ...given, fetched: { failed: 'AuthenticationFailed' } });
    assert.equal(after['credentialsStamp'], 's1');
    assert.equal(conditionOf(after, 'Ready'), 'False AuthenticationFailed');
    const again = pass({ ...given, status: after });
    assert.deepEqual(again.plan.actions, []);
    assert.equal(conditionOf(again.after, 'Ready'), 'False AuthenticationFailed');
    const changed = pass({ ...given, status: after, seen: { credentials: known('s2') } });
    assert.equal(changed.plan.actions[0]?.reason, 'CredentialsChanged');
  });
});
