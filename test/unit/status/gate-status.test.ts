import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known, unknown } from '#api/fact.ts';
import type { GateObject, GateStatus } from '#api/gate.ts';
import type { GateObservation } from '#observe/observation.ts';
import { evidenceRun } from '#plan/gate/evidence.ts';
import { planGate } from '#plan/plan-gate.ts';
import { gateEvents } from '#status/gate-events.ts';
import { summarizeGate } from '#status/summarize-gate.ts';

import { gateSeenOf } from '../../support/gate-input.ts';
import { agentOf, commitsOf, NOW_MS, objectOf } from '../../support/plan-input.ts';

const MOMENT = { wallMs: NOW_MS, id: 'i' };
const IDENTITIES = {
  claimant: agentOf({ spec: { author: { name: 'B', email: 'builder@example.org' } } }),
  verifier: agentOf({ spec: { author: { name: 'A', email: 'adversary@example.org' } } }),
};

function gateOf(spec: object = {}, status?: object): GateObject {
  return objectOf('Gate', {
    name: 'handoff',
    spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary', ...spec },
    ...(status === undefined ? {} : { status }),
  });
}

/** One pass: its status, and what it tells. */
function pass(object: GateObject, seen: GateObservation): { status: GateStatus; told: readonly string[] } {
  const whole = { object, seen, plan: planGate(object, seen, MOMENT), outcomes: [], moment: MOMENT };
  const status = summarizeGate(whole);
  return { status, told: gateEvents(whole, status).map(({ id, reason }) => `${id.slice(13, 29)} ${reason}`) };
}

describe('the status of a gate', () => {
  test('names a commit that does not count once, and keeps it until the right agent says it again', () => {
    const commits = commitsOf(['claim(a): x', 'review(a): PASS']);
    const first = pass(gateOf(), gateSeenOf(commits, IDENTITIES));
    assert.deepEqual(first.told, ['foreign/00000000 AuthorForeign']);
    assert.equal(first.status.guard, 'AuthorNames');
    const second = pass(gateOf({}, first.status), gateSeenOf(commits, IDENTITIES));
    assert.deepEqual(second.told, []);
    assert.equal(second.status.foreign?.[0]?.author, 'builder <builder@example.org>');
    const right = commitsOf(['claim(a): x', 'review(a): PASS', 'review(a): PASS']).map((commit, index) =>
      index === 0 ? { ...commit, author: { name: 'A', email: 'ADVERSARY@example.org' } } : commit,
    );
    assert.equal(pass(gateOf({}, second.status), gateSeenOf(right, IDENTITIES)).status.foreign, undefined);
  });

  test('tells nothing about commits from before the gate was first seen', () => {
    const commits = commitsOf(['claim(a): x', 'review(a): PASS']);
    const { status, told } = pass(gateOf(), gateSeenOf(commits, { ...IDENTITIES, freshShas: known([]) }));
    assert.deepEqual([told, status.foreign?.length], [[], 1]);
  });

  test('keeps what it knew, and for which commit, while signatures can not be read', () => {
    const commits = commitsOf(['claim(a): x']);
    const before = pass(gateOf(), gateSeenOf(commits)).status;
    const object = gateOf({ requireSignature: { allowedSignersFile: '/none' } }, { ...before, observedCommit: 'old' });
    const signers = unknown('SignersUnreadable', 'there is no file "/none"');
    const { status } = pass(object, gateSeenOf(commits, { ...IDENTITIES, signers }));
    assert.deepEqual([status.scopes, status.observedCommit, status.guard], [before.scopes, 'old', 'Signatures']);
    const ready = status.conditions.find(({ type }) => type === 'Ready');
    assert.deepEqual(
      [ready?.status, ready?.reason, ready?.message],
      ['False', 'SignersUnreadable', 'there is no file "/none"'],
    );
  });

  test('says that a claim was unclean for as long as it waits, whatever the clone holds later', () => {
    const commits = commitsOf(['claim(a): x']);
    const unpushed = known({ changed: 1, untracked: 0, isAhead: false });
    const first = pass(gateOf(), gateSeenOf(commits, { unpushed })).status;
    assert.equal(first.scopes[0]?.unclean, '1 changed file');
    const later = pass(gateOf({}, first), gateSeenOf(commits)).status;
    assert.equal(later.scopes[0]?.unclean, '1 changed file');
    const clean = pass(gateOf(), gateSeenOf(commits)).status;
    assert.equal(pass(gateOf({}, clean), gateSeenOf(commits, { unpushed })).status.scopes[0]?.unclean, undefined);
    const answered = commitsOf(['claim(a): x', 'review(a): FAIL']);
    assert.equal(pass(gateOf({}, later), gateSeenOf(answered)).status.scopes[0]?.unclean, undefined);
  });

  test('keeps the result of evidence after its folder is gone', () => {
    const commits = commitsOf(['claim(a): x', 'review(a): PASS']);
    const spec = { evidence: { command: ['true'] } };
    const run = evidenceRun(gateOf(spec), commits[1]?.sha ?? '');
    const view = { state: 'Failed', attempts: 1, said: 'exit code 1', output: '/o' } as const;
    const first = pass(gateOf(spec), gateSeenOf(commits, { evidence: known({ [run]: view }) }));
    assert.deepEqual(first.told, [`evidence/${run} EvidenceFailed`.slice(0, 16) + ' EvidenceFailed']);
    const second = pass(gateOf(spec, first.status), gateSeenOf(commits));
    assert.deepEqual([second.told, second.status.scopes[0]?.state], [[], 'Failed']);
    const other = pass(gateOf({ evidence: { command: ['false'] } }, first.status), gateSeenOf(commits));
    assert.equal(other.status.scopes[0]?.state, 'EvidenceRunning', 'another command is another question');
  });
});
