import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, unknown } from '#api/fact.ts';
import type { Precondition } from '#api/virtual-machine-precondition.ts';
import type { PreconditionView } from '#observe/observation.ts';
import { stepNote, stepVerdict } from '#plan/machine/preconditions.ts';

import { machineCase, machineOf, machineSeen, planOf } from '../../../support/machine-input.ts';
import { NOW_MS } from '../../../support/plan-input.ts';

const DAY_MS = 86_400_000;
const certificate = (fromDays: number, toDays: number) => ({
  notBeforeMs: fromDays * DAY_MS,
  notAfterMs: toDays * DAY_MS,
});
const inMachine = { digest: 'd1', mode: '0600', uid: 0, gid: 0 };

type Row = {
  title: string;
  reason: string;
  step: object;
  view: Partial<PreconditionView> | ((step: Precondition) => Partial<PreconditionView>);
  state: string;
  isDue: boolean;
};

const file = (apply: string) => ({ file: { path: '/k', from: '/c/k', mode: '0600' }, apply });
const line = (apply: string) => ({ line: { path: '/root/.ssh/authorized_keys', from: '/c/pub' }, apply });
const run = { command: ['/bin/true'] };
const done = (step: Precondition) => ({ note: known(stepNote(step)) });

const rows: readonly Row[] = [
  {
    title: 'AfterCreate on a new disk',
    ...{ reason: 'there is no note of it', step: file('AfterCreate'), view: { target: known(inMachine) } },
    ...{ state: 'Pending', isDue: true },
  },
  {
    title: 'AfterCreate that was done, and changed by somebody since',
    reason: 'once for each disk is once',
    step: file('AfterCreate'),
    view: (step) => ({ ...done(step), target: known({ ...inMachine, digest: 'theirs' }) }),
    ...{ state: 'Done', isDue: false },
  },
  {
    title: 'AfterCreate whose manifest is another now',
    ...{ reason: 'its note says so', step: file('AfterCreate'), view: { note: known('old') } },
    ...{ state: 'Pending', isDue: true },
  },
  {
    title: 'IfMissing that is there with other content',
    ...{ reason: 'it is not missing', step: file('IfMissing'), view: { target: known({ ...inMachine, digest: 'x' }) } },
    ...{ state: 'Done', isDue: false },
  },
  {
    title: 'IfMissing that somebody took away',
    ...{ reason: 'it is missing', step: file('IfMissing'), view: done },
    ...{ state: 'Pending', isDue: true },
  },
  {
    title: 'Enforce with the same content and another mode',
    reason: 'a key that others can read is another thing',
    ...{ step: file('Enforce'), view: { target: known({ ...inMachine, mode: '0644' }) } },
    ...{ state: 'Pending', isDue: true },
  },
  {
    title: 'Enforce with the same content and another owner',
    ...{ reason: 'the owner is declared', step: file('Enforce'), view: { target: known({ ...inMachine, uid: 1000 }) } },
    ...{ state: 'Pending', isDue: true },
  },
  {
    title: 'Enforce as it should be',
    ...{ reason: 'content, mode and owner are the same', step: file('Enforce'), view: { target: known(inMachine) } },
    ...{ state: 'Done', isDue: false },
  },
  {
    title: 'a certificate that is newer in the machine',
    reason: 'the machine renewed it by itself',
    step: file('Enforce'),
    view: {
      source: known({ digest: 'd1', certificate: certificate(0, 90) }),
      target: known({ ...inMachine, digest: 'd2', certificate: certificate(60, 150) }),
    },
    ...{ state: 'Kept', isDue: false },
  },
  {
    title: 'a certificate that ends sooner and began later in the machine',
    reason: 'it was issued later, for a shorter time',
    step: file('Enforce'),
    view: {
      source: known({ digest: 'd1', certificate: certificate(0, 90) }),
      target: known({ ...inMachine, digest: 'd2', certificate: certificate(60, 80) }),
    },
    ...{ state: 'Kept', isDue: false },
  },
  {
    title: 'a certificate that is older in the machine',
    reason: 'ours is the renewed one',
    step: file('Enforce'),
    view: {
      source: known({ digest: 'd1', certificate: certificate(60, 150) }),
      target: known({ ...inMachine, digest: 'd2', certificate: certificate(0, 90) }),
    },
    ...{ state: 'Pending', isDue: true },
  },
  {
    title: 'a file that is not on the controller',
    ...{ reason: 'a person has to put it there', step: file('Enforce'), view: { source: ABSENT } },
    ...{ state: 'Failed', isDue: false },
  },
  {
    title: 'a file that can not be read in the machine',
    ...{
      reason: 'unknown is not missing',
      step: file('Enforce'),
      view: { target: unknown('ServerHung', 'no answer') },
    },
    ...{ state: 'Pending', isDue: false },
  },
  {
    title: 'a line that is there among others',
    ...{ reason: 'the rest is nobody’s business', step: line('Enforce') },
    ...{ view: { target: known({ ...inMachine, hasLine: true }) }, state: 'Done', isDue: false },
  },
  {
    title: 'a line that somebody took away',
    ...{ reason: 'it is to be there', step: line('Enforce') },
    ...{ view: { target: known({ ...inMachine, hasLine: false }) }, state: 'Pending', isDue: true },
  },
  { title: 'a command that never ran', reason: 'it has no note', step: run, view: {}, state: 'Pending', isDue: true },
  {
    title: 'a command that runs',
    ...{ reason: 'it began, and has not ended', step: run, state: 'Running', isDue: false },
    view: (step) => ({ ...done(step), begunMs: NOW_MS - 60_000 }),
  },
  {
    title: 'a command that began longer ago than it has time',
    ...{ reason: 'it was cut off: nobody writes down its end', step: run, state: 'Pending', isDue: true },
    view: (step) => ({ ...done(step), begunMs: NOW_MS - 600_000 }),
  },
  {
    title: 'a command that began before the machine was started',
    ...{ reason: 'it ended with its guest', step: run, state: 'Pending', isDue: true },
    view: (step) => ({ ...done(step), begunMs: NOW_MS - 120_000 }),
  },
  {
    title: 'a command that ended well',
    ...{ reason: 'it wrote down its end', step: run, state: 'Done', isDue: false },
    view: (step) => ({ note: known(`${stepNote(step)} 0`) }),
  },
  {
    title: 'a command that failed',
    ...{ reason: 'it is tried again after a while', step: run, state: 'Failed', isDue: true },
    view: (step) => ({ note: known(`${stepNote(step)} 3`), output: 'no such store', begunMs: NOW_MS - 61_000 }),
  },
  {
    title: 'a command that failed just now',
    ...{ reason: 'it is not hammered on', step: run, state: 'Failed', isDue: false },
    view: (step) => ({ note: known(`${stepNote(step)} 3`), begunMs: NOW_MS - 1000 }),
  },
  {
    title: 'a command that is another now',
    ...{
      reason: 'what ran was something else',
      step: run,
      view: { note: known('old 0') },
      state: 'Pending',
      isDue: true,
    },
  },
];

describe('a precondition', () => {
  for (const { title, reason, step: given, view, state, isDue } of rows)
    test(`${title}: ${reason}`, () => {
      const status = { bootedAt: new Date(NOW_MS - 90_000).toISOString() };
      const machine = machineOf({ status, spec: { preconditions: [{ name: 'one', ...given }] } });
      const [step] = machine.spec.preconditions;
      assert.ok(step !== undefined);
      const usual = { name: 'one', source: known({ digest: 'd1' }), target: ABSENT, note: ABSENT };
      const seen = machineSeen({
        disk: known('disk1'),
        preconditions: [{ ...usual, ...(typeof view === 'function' ? view(step) : view) }],
      });
      const verdict = stepVerdict({ machine, seen, moment: { wallMs: NOW_MS, id: 'x' } }, step);
      assert.equal(verdict?.state, state);
      assert.equal(verdict.isDue === true, isDue);
    });

  test('is done in its order: the second waits for the first', () => {
    const preconditions = [
      { name: 'one', ...run },
      { name: 'two', ...run },
    ];
    const views = ['one', 'two'].map((name) => ({ name, source: ABSENT, target: ABSENT, note: ABSENT }));
    const plan = planOf(machineCase({ spec: { preconditions } }, { disk: known('disk1'), preconditions: views }));
    const applied = plan.actions.map((action) =>
      action.type === 'ApplyPrecondition' ? action.step.name : action.type,
    );
    assert.deepEqual(applied, ['one']);
  });

  for (const { reason, step, generation, does } of [
    { reason: 'nothing is changed by that', step: file('Enforce'), generation: 1, does: [] },
    { reason: 'until the manifest is another', step: file('Enforce'), generation: 0, does: ['ApplyPrecondition'] },
    { reason: 'what is done once for each disk, somebody did', step: run, generation: 0, does: [] },
  ])
    test(`is left as it was found on a disk that was taken over: ${reason}`, () => {
      const status = { adopted: { generation, fields: [] } };
      const views = [{ name: 'one', source: known({ digest: 'd1' }), target: ABSENT, note: ABSENT }];
      const spec = { adopt: true, preconditions: [{ name: 'one', ...step }] };
      const plan = planOf(machineCase({ spec, status }, { disk: known('adopted-x'), preconditions: views }));
      assert.deepEqual(
        plan.actions.map(({ type }) => type),
        does,
      );
    });

  test('waits for the note of a new disk, and says that somebody made it anew where there was one before', () => {
    const spec = { preconditions: [{ name: 'one', ...run }] };
    const reasons = [{}, { disk: 'disk0' }].map(
      (status) => planOf(machineCase({ spec, status }, { disk: ABSENT })).actions[0]?.reason,
    );
    assert.deepEqual(reasons, ['DiskNew', 'DiskReplaced']);
  });
});
