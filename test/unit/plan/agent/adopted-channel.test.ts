import assert from 'node:assert/strict';
import { test } from 'node:test';

import { known } from '#api/fact.ts';
import { planAgent } from '#plan/plan-agent.ts';

import { agentOf, NOW_MS, paneOf, processOf, RIG, seenOf } from '../../../support/plan-input.ts';

const CLAUDE = { backend: { type: 'claude' }, prompt: { inline: 'Build it.' } };

function adoptedFiles(spec: object, env: Readonly<Record<string, string>>): readonly string[] | undefined {
  const seen = seenOf({ pane: paneOf(), process: known(processOf({ env })) });
  const [action] = planAgent(agentOf({ spec }), seen, { wallMs: NOW_MS, id: 'fresh1' }).actions;
  assert.equal(action?.type, 'AdoptSession');
  return action.files?.map(({ path }) => path.replace(`${RIG.stateDir}/run/builder/`, ''));
}

test('an agent that is taken over after the loss of the state directory gets its channel back', () => {
  const files = adoptedFiles(CLAUDE, { CCCI_RIG: RIG.id, CCCI_AGENT: 'builder', CCCI_INCARNATION: 'inc1' });
  assert.deepEqual(files, ['signal.sh', 'signals/inc1/about', 'signals/inc1/settings.json']);
});

test('a session that was not launched with a channel gets none', () => {
  assert.deepEqual(adoptedFiles(CLAUDE, {}), []);
  assert.deepEqual(adoptedFiles({}, { CCCI_INCARNATION: 'inc1' }), []);
});
