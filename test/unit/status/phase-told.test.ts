import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Outcome } from '#act/outcome.ts';
import { checkStatus } from '#api/check-status.ts';
import { unknown } from '#api/fact.ts';
import { toIso } from '#api/time.ts';
import type { PhaseObservation } from '#observe/observation.ts';
import { planPhase } from '#plan/plan-phase.ts';
import { eventsOf } from '#status/events-of.ts';
import { summarizePhase } from '#status/summarize-phase.ts';

import { NOW_MS, objectOf } from '../../support/plan-input.ts';
import { phaseOf, phaseSeen } from '../plan/phase/phase-input.ts';

type Told = readonly string[];

/** Looks at a phase again and again, and answers what a person is told each time. */
function lookAt(spec: object, looks: readonly PhaseObservation[], minutesApart = 1): readonly Told[] {
  let status: object = { conditions: [] };
  return looks.map((seen, index) => {
    const object = phaseOf('1', { spec, status });
    const moment = { wallMs: NOW_MS + index * minutesApart * 60_000, id: `m${String(index)}` };
    const plan = planPhase(object, seen, moment);
    const outcomes = plan.actions.map((action): Outcome => ({ action, result: 'Done', facts: {} }));
    const pass = { object, seen, plan, outcomes, moment };
    const after = summarizePhase(pass);
    assert.deepEqual(checkStatus({ metadata: { generation: 1 }, status: after }), [], toIso(moment.wallMs));
    const events = eventsOf(pass, after);
    status = after;
    return events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  });
}

function gate(state: string, commit = 'c9') {
  const spec = { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' };
  const status = {
    observedGeneration: 1,
    observedCommit: commit,
    windowCommit: 'c4',
    scopes: [{ scope: 'api', state }],
  };
  return [{ name: 'handoff', gate: objectOf('Gate', { name: 'handoff', spec, status }) }];
}

const blocked = (text: string) => phaseSeen({ statusFile: `## Blocked\n${text}\n` });
const unread: PhaseObservation = { ...phaseSeen({}), statusFile: unknown('MirrorBroken', 'no mirror') };

describe('a person is told about a blocked phase', () => {
  test('once, although the time and a counter stand in the text', () => {
    const seen = blocked('Since 09:30 on 2026-03-01, attempt 3.');
    assert.deepEqual(lookAt({}, [seen, seen, seen]), [
      ['Warning PhaseBlocked: Since 09:30 on 2026-03-01, attempt 3'],
      [],
      [],
    ]);
  });

  test('again when it says something else, and not when it goes', () => {
    assert.deepEqual(lookAt({}, [blocked('a'), blocked('b'), phaseSeen({}), blocked('b')]), [
      ['Warning PhaseBlocked: a'],
      ['Warning PhaseBlocked: b'],
      [],
      ['Warning PhaseBlocked: b'],
    ]);
  });

  test('once, although the file could not be read for a while', () => {
    assert.deepEqual(
      lookAt({}, [blocked('a'), unread, blocked('a')])
        .flat()
        .filter((one) => one.includes('PhaseBlocked')),
      ['Warning PhaseBlocked: a'],
    );
  });
});

describe('a person is told about a done marker that does not count', () => {
  const spec = { requiredGates: ['handoff'] };
  const done = (state: string, commit?: string) => phaseSeen({ statusFile: '## DONE', gates: gate(state, commit) });
  const warnings = (told: readonly Told[]) => told.map((one) => one.filter((event) => event.startsWith('Warning')));

  test('once per state of the gate, while commits come and go', () => {
    const message = 'it shows its done marker, but gate "handoff"';
    assert.deepEqual(
      warnings(lookAt(spec, [done('Vetoed'), done('Vetoed', 'old'), done('Vetoed'), done('Failed'), done('Passed')])),
      [
        [`Warning DoneUnderVeto: ${message} is under a veto in scope api`],
        [],
        [],
        [`Warning DoneRefused: ${message} was answered with FAIL in scope api`],
        [],
      ],
    );
  });

  test('and each agent of the gate by one message', () => {
    const messages = lookAt(spec, [done('Vetoed'), done('Vetoed'), done('Vetoed', 'old'), done('Vetoed')])
      .flat()
      .filter((one) => one.startsWith('Normal NoticePinged'));
    assert.deepEqual(
      messages.map((one) => /: (?:seen: )?(\w+) is told/.exec(one)?.[1]),
      ['builder', 'adversary'],
    );
  });
});

test('a person is told once that a phase is over time', () => {
  const told = lookAt({ timeBudget: '2h1m' }, [phaseSeen({}), phaseSeen({}), phaseSeen({}), unread, phaseSeen({})]);
  assert.deepEqual(
    told.map((one) => one.filter((event) => event.includes('TimeBudgetExceeded')).length),
    [0, 1, 0, 0, 0],
  );
});
