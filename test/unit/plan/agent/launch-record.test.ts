import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { launchRecord } from '#plan/agent/launch.ts';
import { planAgent } from '#plan/plan-agent.ts';

import { agentOf, caseOf, NOW_MS, objectOf, paneOf, processOf, RIG, seenOf } from '../../../support/plan-input.ts';

const PHASE = objectOf('Phase', {
  name: '3',
  spec: { order: 30, id: '3', plan: 'p.md', repositoryRef: { name: 'x' } },
});
const SEQUENCE = objectOf('Sequence', {
  name: 'main',
  status: { observedCommit: 'c1', currentPhase: '3', phases: [] },
});
const SPEC = { sequence: 'main' };
const WITHOUT_PHASE = launchRecord(caseOf(agentOf({ spec: SPEC }), seenOf()));

type Row = { title: string; reason: string; mark: string | undefined; launch: object | undefined };

const rows: readonly Row[] = [
  {
    title: 'that lacks the phase is completed once the phase is known',
    reason: 'without it nobody would see that the phase has moved on',
    mark: JSON.stringify({ ...WITHOUT_PHASE, promptHash: 'p0' }),
    launch: { ...WITHOUT_PHASE, promptHash: 'p0', phaseId: '3' },
  },
  {
    title: 'that names another phase stands as it is',
    reason: 'it says what the session was launched for',
    mark: JSON.stringify({ ...WITHOUT_PHASE, phaseId: '2' }),
    launch: undefined,
  },
  {
    title: 'that is not there is made from what is so now',
    reason: 'the marks were lost',
    mark: undefined,
    launch: { ...WITHOUT_PHASE, phaseId: '3' },
  },
  {
    title: 'that can not be read is made anew',
    reason: 'nothing can be compared with it',
    mark: '{"version":',
    launch: { ...WITHOUT_PHASE, phaseId: '3' },
  },
];

describe('a launch record', () => {
  for (const { title, reason, mark, launch } of rows) {
    test(title, () => {
      const agent = agentOf({ spec: SPEC, status: { incarnation: 'inc1', launch: WITHOUT_PHASE } });
      const marks = {
        rig: RIG.id,
        agent: 'builder',
        incarnation: 'inc1',
        ...(mark === undefined ? {} : { launch: mark }),
      };
      const seen = seenOf({
        pane: paneOf({ marks }),
        process: known(processOf()),
        screenState: { state: 'Unknown', box: 'Empty', evidence: '' },
        activity: { quietMs: 0 },
        related: { sequence: SEQUENCE, phases: [PHASE] },
      });
      const plan = planAgent(agent, seen, { wallMs: NOW_MS, id: 'fresh1' });
      const adopted = plan.actions.find(({ type }) => type === 'AdoptSession');
      const written = adopted?.type === 'AdoptSession' ? adopted.marks['launch'] : undefined;
      assert.deepEqual(written === undefined ? undefined : JSON.parse(written), launch, reason);
    });
  }
});
