import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { ObjectSet } from '#observe/object-set.ts';
import { observeSequence } from '#observe/observe-phase.ts';
import { relationsOf } from '#observe/relations.ts';
import { planAgent } from '#plan/plan-agent.ts';
import { derivePhases, planSequence } from '#plan/plan-sequence.ts';

import { agentOf, NOW_MS, objectOf, paneOf, processOf, seenOf } from '../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const MOMENT = { wallMs: NOW_MS, id: 'fresh1' };
const ORDER = { id: 'o1', by: 'ann', at: AT };

const STATES = { first: 'Done', second: 'Current', third: 'Pending' } as const;
type PhaseName = keyof typeof STATES;

const ACCOUNT = objectOf('Account', { name: 'command' });
const SEQUENCE = objectOf('Sequence', {
  name: 'main',
  status: {
    observedCommit: 'c1',
    currentPhase: 'second',
    phases: Object.entries(STATES).map(([name, state]) => ({ name, id: name, state })),
  },
});
const REPOSITORY = objectOf('Repository', {
  name: 'x',
  spec: { url: 'https://git.example.org/x.git' },
  status: { commit: 'c1' },
});

function phaseOf(name: PhaseName) {
  const order = Object.keys(STATES).indexOf(name);
  const spec = { order, id: name, plan: 'p.md', repositoryRef: { name: 'x' } };
  return objectOf('Phase', { name, spec, status: { verdictState: 'Open', verdictCommit: 'c1' } });
}

const missing: readonly { title: string; reason: string; readable: readonly PhaseName[]; unreadable: string[] }[] = [
  {
    title: 'the open phase',
    reason: 'the next one is not opened in its place',
    readable: ['first', 'third'],
    unreadable: ['Phase/second'],
  },
  {
    title: 'the open phase and those behind it',
    reason: 'the sequence is not complete',
    readable: ['first'],
    unreadable: ['Phase/second', 'Phase/third'],
  },
  {
    title: 'every phase',
    reason: 'the sequence is not without phases',
    readable: [],
    unreadable: ['Phase/first', 'Phase/second', 'Phase/third'],
  },
  {
    title: 'a phase that nobody knew before',
    reason: 'it may stand before the open one',
    readable: ['first', 'second', 'third'],
    unreadable: ['Phase/other'],
  },
];

describe('a sequence decides nothing when what can not be read is', () => {
  for (const { title, reason, readable, unreadable } of missing) {
    test(title, () => {
      const objects = new ObjectSet([SEQUENCE, REPOSITORY, ...readable.map(phaseOf)], unreadable);
      const seen = observeSequence(SEQUENCE, objects);
      assert.equal(derivePhases(SEQUENCE, seen, AT), undefined, reason);
      const [waiting] = planSequence(SEQUENCE, seen, MOMENT).waiting;
      assert.equal(waiting?.reason, 'Unreadable', reason);
      assert.ok(unreadable.every((key) => waiting.message.includes(key)));
    });
  }
});

test('an unreadable object of another kind leaves a sequence as it is', () => {
  const objects = new ObjectSet(
    [SEQUENCE, REPOSITORY, ...(['first', 'second', 'third'] as const).map(phaseOf)],
    ['Agent/adversary'],
  );
  const entries = derivePhases(SEQUENCE, observeSequence(SEQUENCE, objects), AT)?.phases;
  assert.deepEqual(
    entries?.map(({ name, state }) => [name, state]),
    Object.entries(STATES),
  );
});

type Row = {
  title: string;
  reason: string;
  inSequence?: boolean;
  isAlive?: boolean;
  readable?: readonly PhaseName[];
  unreadable: readonly string[];
  stop?: object;
  /** Types of the actions; none unless it says so. */
  does?: readonly string[];
  waits?: string;
};

const ALL: readonly PhaseName[] = ['first', 'second', 'third'];

const rows: readonly Row[] = [
  {
    title: 'one that runs for a sequence, when no phase can be read',
    reason: 'a sequence whose phases are unknown is not one without phases',
    inSequence: true,
    isAlive: true,
    readable: [],
    unreadable: ['Phase/first', 'Phase/second', 'Phase/third'],
  },
  {
    title: 'one that is to start for a sequence, when its open phase can not be read',
    reason: 'there is no prompt to start it with',
    inSequence: true,
    readable: ['first', 'third'],
    unreadable: ['Phase/second'],
    waits: 'Unreadable',
  },
  {
    title: 'one that is to start for a sequence, when a phase can not be read that may come first',
    reason: 'nobody knows which phase is open',
    inSequence: true,
    unreadable: ['Phase/other'],
    waits: 'Unreadable',
  },
  {
    title: 'one that is to start without a sequence, when a phase can not be read',
    reason: 'no phase concerns it',
    unreadable: ['Phase/second'],
    does: ['CreateSession'],
  },
  {
    title: 'one that is to start, when the rig can not be read',
    reason: 'a person may have stopped the whole crew',
    unreadable: ['Rig/default'],
    waits: 'Unreadable',
  },
  {
    title: 'one that runs, when the rig can not be read',
    reason: 'nobody knows of an order to stop it',
    isAlive: true,
    unreadable: ['Rig/default'],
  },
  {
    title: 'one that runs and that a person has stopped, when the rig can not be read',
    reason: 'its own order is known',
    isAlive: true,
    unreadable: ['Rig/default'],
    stop: { ...ORDER, now: true },
    does: ['StopSession'],
    waits: 'Stopped',
  },
];

describe('what is done to an agent:', () => {
  for (const { title, reason, inSequence = false, isAlive = false, readable = ALL, unreadable, ...row } of rows) {
    test(title, () => {
      const agent = agentOf({
        spec: inSequence ? { sequence: 'main' } : {},
        ...(isAlive ? { status: { incarnation: 'inc1' } } : {}),
        ...(row.stop === undefined ? {} : { operator: { stop: row.stop } }),
      });
      const objects = new ObjectSet([agent, ACCOUNT, SEQUENCE, REPOSITORY, ...readable.map(phaseOf)], unreadable);
      const alive = { pane: paneOf(), process: known(processOf()), screenState: IDLE, activity: { quietMs: 60_000 } };
      const seen = seenOf({ ...(isAlive ? alive : {}), related: relationsOf(agent, objects, NOW_MS) });
      const plan = planAgent(agent, seen, MOMENT);
      const does = plan.actions.map(({ type }) => type).filter((type) => type !== 'AdoptSession');
      assert.deepEqual(does, row.does ?? [], reason);
      assert.equal(plan.waiting[0]?.reason, row.waits, reason);
    });
  }
});

const IDLE = { state: 'Idle', box: 'Empty', evidence: '' } as const;
