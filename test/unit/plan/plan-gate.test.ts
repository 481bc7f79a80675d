import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import type { Commit } from '#drivers/git/git.ts';
import type { GateObservation } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';
import { planGate } from '#plan/plan-gate.ts';

import { gateSeenOf } from '../../support/gate-input.ts';
import { commitsOf, NOW_MS, objectOf } from '../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();

type Row = {
  title: string;
  reason: string;
  subjects: readonly string[];
  /** Place, from 1, of the first commit that came after the gate was first seen. */
  freshFrom?: number;
  /** Deliveries that exist: `claim 1` is the one about the first commit; `+` at the end says that it is settled. */
  has?: readonly string[];
  does: readonly string[];
};

const rows: readonly Row[] = [
  { title: 'nothing is claimed', reason: 'nobody has to know anything', subjects: ['fix: it'], does: [] },
  {
    title: 'a fresh claim',
    reason: 'the verifier is told',
    subjects: ['claim(a): x'],
    does: ['CreateDelivery claim 1 to adversary'],
  },
  {
    title: 'a claim that was told already',
    reason: 'one delivery per commit',
    subjects: ['claim(a): x'],
    has: ['claim 1'],
    does: [],
  },
  {
    title: 'a verdict on a claim',
    reason: 'the claimant is told, and the claim is no matter any more',
    subjects: ['claim(a): x', 'review(a): FAIL'],
    has: ['claim 1'],
    does: ['CreateDelivery verdict 2 to builder', 'SettleDelivery claim 1'],
  },
  {
    title: 'a new claim under a veto',
    reason: 'only a PASS lifts the veto, so the verifier has to hear of it',
    subjects: ['claim(a): x', 'review(a): VETO', 'claim(a): y'],
    has: ['claim 1+', 'verdict 2+'],
    does: ['CreateDelivery claim 3 to adversary'],
  },
  {
    title: 'an unclear verdict',
    reason: 'the claim stays open, and both are told',
    subjects: ['claim(a): x', 'review(a): well'],
    has: ['claim 1'],
    does: ['CreateDelivery unclear 2 to adversary', 'CreateDelivery verdict 2 to builder'],
  },
  {
    title: 'the first look at an old history',
    reason: 'only what is open is told; old answers were read long ago',
    subjects: [
      ...Array.from({ length: 200 }, (_n, i) => [`claim(s${String(i)}): x`, `review(s${String(i)}): PASS`]).flat(),
      'claim(z): x',
    ],
    freshFrom: 1000,
    does: ['CreateDelivery claim 401 to adversary'],
  },
  {
    title: 'an answer that was taken out of the history',
    reason: 'the claim is open again, and is told again',
    subjects: ['claim(a): x'],
    has: ['claim 1+'],
    does: ['DeleteDelivery claim 1'],
  },
];

// The hash of a commit of a test is its place with zeros before it: its first twelve digits do not tell it apart.
function commitsWithPlaces(subjects: readonly string[]) {
  const turn = (sha: string): string => sha.replace(/^0+/, '').padStart(12, '0').padEnd(40, '0');
  return commitsOf(subjects).map((commit) => ({ ...commit, sha: turn(commit.sha), parents: commit.parents.map(turn) }));
}

const GATE = objectOf('Gate', {
  name: 'handoff',
  spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' },
});

function plan(commits: readonly Commit[], fresh: readonly Commit[], deliveries: GateObservation['deliveries']) {
  const seen = gateSeenOf(commits, { freshShas: known(fresh.map(({ sha }) => sha)), deliveries });
  return planGate(GATE, seen, { wallMs: NOW_MS, id: 'id1' }).actions;
}

/** Deliveries as the gate itself would have made them when these commits came one after the other. */
function deliveriesOf(commits: readonly Commit[], has: readonly string[]): GateObservation['deliveries'] {
  const made = new Map<string, Action & { type: 'CreateDelivery' }>();
  for (const [index] of has.length === 0 ? [] : commits.entries()) {
    const until = commits.slice(index);
    for (const action of plan(until, until, []))
      if (action.type === 'CreateDelivery') made.set(shortName(action.name), action);
  }
  return has.map((word) => {
    const action = made.get(word.replace('+', ''));
    if (action === undefined) throw new Error(`the gate never made "${word}"`);
    const status = word.endsWith('+') ? { settledAt: AT } : {};
    return objectOf('Delivery', { name: action.name, spec: action.spec, status });
  });
}

function shortName(name: string): string {
  return name.replace(/^handoff-(\w+)-0*(\d+)(-.*)?$/, '$1 $2');
}

describe('what a gate owes to whom', () => {
  for (const { title, reason, subjects, freshFrom = 1, has = [], does } of rows) {
    test(title, () => {
      const commits = commitsWithPlaces(subjects);
      const fresh = commits.toReversed().slice(freshFrom - 1);
      const said = plan(commits, fresh, deliveriesOf(commits, has)).map((action) => {
        const name = 'name' in action ? shortName(action.name) : '';
        const to = action.type === 'CreateDelivery' ? ` to ${action.spec.agentRef.name}` : '';
        return `${action.type} ${name}${to}`;
      });
      assert.deepEqual(said.toSorted(), [...does].toSorted(), reason);
    });
  }
});
