import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known, unknown } from '#api/fact.ts';
import type { AgentState } from '#backends/agent-state.ts';
import type { Observation } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';
import { checkPlan } from '#plan/check-plan.ts';
import { planObject } from '#plan/plan-object.ts';

import { agentOf, MACHINE_SIGHT, NOW_MS, paneOf, processOf, RIG, seenOf } from '../../support/plan-input.ts';

const WHY = { reason: 'Stopped', message: 'm', blast: 'none' } as const;
const TARGET = { sessionId: '$1', paneId: '%1', panePid: 100 };
const INTERRUPT: Action = { type: 'Interrupt', ...WHY, target: TARGET, keys: ['C-c'] };
const CONTRADICTED: AgentState = {
  ...{ state: 'Busy', box: 'Empty', source: 'Screen', evidence: '', hasSignals: true },
  contradiction: 'its program says Idle, its screen shows Busy',
};
const HIDDEN = unknown('TmuxUnreachable', 'no answer');
const INSTANCE: Observation = {
  kind: 'VirtualMachine',
  rig: RIG,
  instance: unknown('ServerHung', 'no answer'),
  image: unknown('NotObserved', ''),
  busyWith: unknown('NotObserved', ''),
  ...MACHINE_SIGHT,
  probes: {},
};

function createSession(): Action {
  const [action] = planObject(agentOf(), seenOf(), { wallMs: NOW_MS, id: 'x' }).actions;
  if (action?.type !== 'CreateSession') throw new Error('could not make a start for the test');
  return action;
}

const change = { action: 'start', timeoutS: 1, force: false } as const;
const CHANGE: Action = { type: 'ChangeInstance', ...WHY, project: 'p', name: 'n', change };

const rows: readonly { says: RegExp; title: string; actions: readonly Action[]; seen: Observation }[] = [
  {
    says: /unknown what tmux holds/,
    title: 'acts while tmux is unknown',
    actions: [INTERRUPT],
    seen: seenOf({ tmux: HIDDEN }),
  },
  { says: /more than one session/, title: 'starts twice', actions: [createSession(), createSession()], seen: seenOf() },
  {
    says: /beside one that may be alive/,
    title: 'starts beside a live session',
    actions: [createSession()],
    seen: seenOf({ pane: paneOf(), process: known(processOf()) }),
  },
  {
    says: /not ours/,
    title: 'touches what is only named like ours',
    actions: [INTERRUPT],
    seen: seenOf({ pane: paneOf({ marks: {} }, 'Named') }),
  },
  {
    says: /do not agree on/,
    title: 'interrupts a stalled agent whose channels contradict each other',
    actions: [{ ...INTERRUPT, reason: 'StalledNoMarker' }],
    seen: seenOf({ pane: paneOf(), process: known(processOf()), state: CONTRADICTED }),
  },
  {
    says: /do not agree on/,
    title: 'restarts a stalled agent one of whose channels can not be read',
    actions: [{ ...createSession(), reason: 'StalledNoMarker' }],
    seen: seenOf({ signals: unknown('SignalsUnreadable', 'no permission') }),
  },
  { says: /could not be observed/, title: 'acts on an unknown instance', actions: [CHANGE], seen: INSTANCE },
  {
    says: /wipes a disk/,
    title: 'wipes a disk',
    actions: [{ ...CHANGE, blast: 'recreate VM: wipes disk' }],
    seen: seenOf(),
  },
  { says: /without a reason/, title: 'says no reason', actions: [{ ...INTERRUPT, message: '' }], seen: seenOf() },
];

describe('a plan is refused when it', () => {
  for (const { says, title, actions, seen } of rows) {
    test(title, () => {
      const found = checkPlan({ key: 'Agent/builder', actions, waiting: [] }, seen);
      assert.ok(
        found.some(({ message }) => says.test(message)),
        JSON.stringify(found),
      );
    });
  }
});

test('an ordinary start is not refused', () => {
  const plan = planObject(agentOf(), seenOf(), { wallMs: NOW_MS, id: 'x' });
  assert.deepEqual(checkPlan(plan, seenOf()), []);
});
