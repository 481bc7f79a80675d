import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, unknown } from '#api/fact.ts';
import type { AgentObservation } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';
import { checkPlan } from '#plan/check-plan.ts';
import { planObject } from '#plan/plan-object.ts';

import { agentOf, NOW_MS, paneOf, RIG, seenOf } from '../../support/plan-input.ts';

const WHY = { reason: 'Adopted', message: 'm', blast: 'none' } as const;
const ADOPT: Action = {
  type: 'AdoptSession',
  ...WHY,
  target: { sessionId: '$1', paneId: '%1', panePid: 100 },
  marks: {},
  incarnation: 'inc1',
};
const END: Action = { type: 'EndProcess', ...WHY, pid: 100, startTime: 7, signal: 'SIGTERM' };
const RECOVER: Action = { type: 'RecoverSocket', ...WHY, serverPid: 50 };

function createSession(): Action {
  const [action] = planObject(agentOf(), seenOf(), { wallMs: NOW_MS, id: 'x' }).actions;
  if (action?.type !== 'CreateSession') throw new Error('could not make a start for the test');
  return action;
}

function named(marks: Readonly<Record<string, string>>): AgentObservation {
  return seenOf({ pane: paneOf({ marks }, 'Named') });
}

type Row = { title: string; reason: string; action: Action; seen: AgentObservation; says: RegExp | undefined };

const ELSEWHERE = /another tmux server/;

const rows: readonly Row[] = [
  {
    title: 'adopting a session that another agent has marked',
    reason: 'it is that agent, whatever the manifest says',
    action: ADOPT,
    seen: named({ rig: RIG.id, agent: 'adversary' }),
    says: /not ours/,
  },
  {
    title: 'adopting a session that another rig has marked',
    reason: 'the other rig would lose it',
    action: ADOPT,
    seen: named({ rig: 'rig2', agent: 'builder' }),
    says: /not ours/,
  },
  {
    title: 'adopting a session that nobody has marked',
    reason: 'that is what adopt: true asks for',
    action: ADOPT,
    seen: named({}),
    says: undefined,
  },
  {
    title: 'ending a process that lives under another tmux server',
    reason: 'a healthy agent is not ended because nobody can reach it',
    action: END,
    seen: seenOf({ lostServer: known(50) }),
    says: ELSEWHERE,
  },
  {
    title: 'ending a process of which it is unknown whether it lives under another tmux server',
    reason: 'unknown is not absent',
    action: END,
    seen: seenOf({ lostServer: unknown('ProcessesUnreadable', 'permission denied') }),
    says: ELSEWHERE,
  },
  {
    title: 'starting an agent while it may live under another tmux server',
    reason: 'there would be two of it',
    action: createSession(),
    seen: seenOf({ lostServer: known(50) }),
    says: ELSEWHERE,
  },
  {
    title: 'asking the other tmux server for its socket',
    reason: 'it ends nobody, and shows who lives there',
    action: RECOVER,
    seen: seenOf({ lostServer: known(50), tmux: ABSENT }),
    says: undefined,
  },
];

describe('what the rules say to', () => {
  for (const { title, reason, action, seen, says } of rows) {
    test(`${title}: ${says === undefined ? 'nothing' : 'no'}`, () => {
      const [found] = checkPlan({ key: 'Agent/builder', actions: [action], waiting: [] }, seen);
      if (says === undefined) assert.equal(found, undefined, reason);
      else assert.match(found?.message ?? '', says, reason);
    });
  }
});
