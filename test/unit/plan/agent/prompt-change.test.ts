import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known, unknown, type Fact } from '#api/fact.ts';
import { promptChange, tellPromptChange } from '#plan/agent/prompt-change.ts';

import { agentOf, caseOf, objectOf, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';

type Row = {
  title: string;
  reason: string;
  /** What the session was launched with, and was told since. */
  launched?: { promptHash: string; planHash?: string; phaseId?: string };
  told?: { incarnation: string; version: string; count: number };
  prompt?: Fact<string>;
  planHash?: string | undefined;
  changed: string | undefined;
};

const LAUNCHED = { promptHash: 'p1', planHash: 'a', phaseId: '1' };

const rows: readonly Row[] = [
  { title: 'nothing was edited', reason: 'it knows what holds', changed: undefined },
  { title: 'the plan was edited', reason: 'it was started with another', planHash: 'b', changed: 'its plan' },
  {
    title: 'the prompt was edited',
    reason: 'it was started with another',
    launched: { ...LAUNCHED, promptHash: 'p0' },
    changed: 'its prompt',
  },
  {
    title: 'both were edited',
    reason: 'one message says so',
    launched: { ...LAUNCHED, promptHash: 'p0' },
    planHash: 'b',
    changed: 'its prompt and its plan',
  },
  {
    title: 'it was told of this version',
    reason: 'once for each version',
    planHash: 'b',
    told: { incarnation: 'inc1', version: 'p1.b', count: 1 },
    changed: undefined,
  },
  {
    title: 'what it was told of was taken back',
    reason: 'it works by what it was told',
    told: { incarnation: 'inc1', version: 'p1.b', count: 1 },
    changed: 'its plan',
  },
  {
    title: 'the launch before was told of this version',
    reason: 'this one was started with an older one',
    planHash: 'b',
    told: { incarnation: 'inc0', version: 'p1.b', count: 1 },
    changed: 'its plan',
  },
  {
    title: 'the prompt can not be read',
    reason: 'unknown is not changed',
    launched: { ...LAUNCHED, promptHash: 'p0' },
    prompt: unknown('PermissionDenied', 'may not be read'),
    changed: undefined,
  },
  { title: 'the plan can not be read', reason: 'unknown is not changed', planHash: undefined, changed: undefined },
  {
    title: 'nobody knows what it was started with',
    reason: 'changes are told from now on',
    launched: { promptHash: 'p0', phaseId: '1' },
    changed: undefined,
  },
  {
    title: 'another phase is open',
    reason: 'that restarts it anyway',
    launched: { ...LAUNCHED, phaseId: '0' },
    planHash: 'b',
    changed: undefined,
  },
];

function caseFor(row: Row) {
  const { launched = LAUNCHED, told, prompt = known('Build it.') } = row;
  const launch = { version: 1, argv: [], cwd: '/', backend: 'command', envNames: {}, ...launched };
  const file = '/prompts/builder.md';
  const status = { incarnation: 'inc1', launch, ...(told === undefined ? {} : { promptTold: told }) };
  const agent = agentOf({ spec: { sequence: 'main', prompt: { file } }, status });
  const spec = { id: '1', order: 10, repositoryRef: { name: 'x' }, plan: 'plan-1.md', references: ['/all/plan.md'] };
  const seen = seenOf({
    pane: paneOf(),
    process: known(processOf()),
    prompt,
    planHash: 'planHash' in row ? row.planHash : 'a',
    related: {
      phases: [objectOf('Phase', { name: 'p1', spec })],
      sequence: objectOf('Sequence', {
        name: 'main',
        status: { phases: [], observedCommit: 'c1', currentPhase: 'p1' },
      }),
    },
  });
  return caseOf(agent, seen);
}

describe('what a running session has to be told when', () => {
  for (const row of rows) {
    test(row.title, () => assert.equal(promptChange(caseFor(row))?.what, row.changed, row.reason));
  }

  test('prompt and plan were edited: which files to read again, with the prompt as it is rendered now', () => {
    const row = { title: '', reason: '', launched: { ...LAUNCHED, promptHash: 'p0' }, planHash: 'b', changed: '' };
    const [message] = tellPromptChange(caseFor(row))?.actions ?? [];
    assert.ok(message?.type === 'CreateDelivery');
    const path = '/state/run/builder/prompt.txt';
    const files = `${path}, /plans/plan-1.md, /all/plan.md`;
    assert.equal(
      message.spec.text,
      `Your prompt and your plan changed while you work. Read again: ${files}. Go on by what holds now.`,
    );
    assert.deepEqual(message.file, { path, text: 'Build it.', mode: 0o600 });
  });

  test('the plan was edited: by what the manifest says, and never with a restart of a session that a person has started', () => {
    for (const { mode, onPromptChange, isTold } of [
      { mode: 'Loop', onPromptChange: 'Ping', isTold: true },
      { mode: 'Loop', onPromptChange: 'Ignore', isTold: false },
      { mode: 'Loop', onPromptChange: 'Restart', isTold: false },
      { mode: 'Interactive', onPromptChange: 'Restart', isTold: true },
    ] as const) {
      const at = caseFor({ title: '', reason: '', planHash: 'b', changed: '' });
      const spec = { ...at.agent.spec, mode, onPromptChange };
      const made = tellPromptChange({ ...at, agent: { ...at.agent, spec } });
      assert.equal(made !== undefined, isTold, `${mode} ${onPromptChange}`);
    }
  });
});
