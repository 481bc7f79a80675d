import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { RigObject } from '#api/rig.ts';
import type { RigObservation } from '#observe/observation.ts';
import { lifeBefore, nextNote, parseLifeNote } from '#observe/life-note.ts';
import { planRig } from '#plan/plan-rig.ts';
import { summarize } from '#status/summarize.ts';

import { NOW_MS, objectOf } from '../../../support/plan-input.ts';

const MINUTE = 60_000;
const BEFORE = { id: 'aaaaaaaa-1', count: 4, recent: [] };

type Given = {
  recorded?: typeof BEFORE;
  boot?: Fact<{ id: string; uptimeMs: number }>;
  life?: RigObservation['life'];
  log?: Fact<string>;
};

function pass({ recorded, boot = known({ id: 'bbbbbbbb-2', uptimeMs: MINUTE }), life, log = ABSENT }: Given) {
  const object = objectOf('Rig', {
    name: 'default',
    ...(recorded && { status: { conditions: [], boots: recorded } }),
  }) as RigObject;
  const seen: RigObservation = { kind: 'Rig', boot, life, logPath: '/state/REBOOTS.md', log, phases: ['2'] };
  const moment = { wallMs: NOW_MS, id: 'fresh1' };
  const plan = planRig(object, seen, moment);
  const outcomes = plan.actions.map((action) => ({ action, result: 'Done' as const, facts: {} }));
  return { plan, boots: (summarize({ object, seen, plan, outcomes, moment }) as { boots?: typeof BEFORE }).boots };
}

const WORDS: readonly { given: Given; says: RegExp | undefined; count: number | undefined; reason: string }[] = [
  { given: {}, says: undefined, count: 0, reason: 'the first boot that is seen is where the counting begins' },
  {
    given: { log: known('## Reboots\n- a\n- b\n') },
    says: undefined,
    count: 2,
    reason: 'reboots that others logged are counted from the start',
  },
  {
    given: { recorded: { ...BEFORE, id: 'bbbbbbbb-2' } },
    says: undefined,
    count: 4,
    reason: 'the same boot is recorded once',
  },
  { given: { recorded: BEFORE, boot: ABSENT }, says: undefined, count: 4, reason: 'the kernel tells no identity' },
  {
    given: { recorded: BEFORE, boot: unknown('FileUnreadable', 'it could not be read') },
    says: undefined,
    count: 4,
    reason: 'what is not known is no reboot',
  },
  {
    given: { recorded: BEFORE, life: { bootId: 'aaaaaaaa-1', seenAtMs: NOW_MS - 2 * MINUTE, ended: true } },
    says: /boot bbbbbbbb: away 2m, clean, phase 2\n$/,
    count: 1,
    reason: 'the controller had ended in order',
  },
  {
    given: { recorded: BEFORE, life: { bootId: 'aaaaaaaa-1', seenAtMs: NOW_MS - 90 * MINUTE, ended: false } },
    says: /boot bbbbbbbb: away 1h30m, not clean, phase 2\n$/,
    count: 1,
    reason: 'the power was lost',
  },
  {
    given: { recorded: BEFORE, life: { bootId: 'aaaaaaaa-1', seenAtMs: NOW_MS + MINUTE, ended: true } },
    says: /: not known how long it was away, clean, phase 2\n$/,
    count: 1,
    reason: 'the clock was set back meanwhile',
  },
  {
    given: { recorded: BEFORE },
    says: /: not known how long it was away, not known how it ended, phase 2\n$/,
    count: 1,
    reason: 'the controller before left no note',
  },
  {
    given: { recorded: BEFORE, log: known('## Reboots\n\n- by hand\n') },
    says: /^## Reboots\n\n- by hand\n- 2/,
    count: 2,
    reason: 'entries of others stay and count',
  },
  {
    given: { recorded: BEFORE, log: known('## Reboots\n\n- x, boot bbbbbbbb: away 1m\n') },
    says: /^## Reboots\n\n- x, boot bbbbbbbb: away 1m\n$/,
    count: 1,
    reason: 'the controller ended between the log and its status',
  },
];

for (const { given, says, count, reason } of WORDS)
  test(`a boot is recorded as it was: ${reason}`, () => {
    const { plan, boots } = pass(given);
    const [action] = plan.actions;
    if (says === undefined) assert.equal(action, undefined);
    else assert.match(action?.type === 'RecordBoot' ? action.text : '', says);
    assert.equal(boots?.count, count);
  });

test('a log that can not be read is waited for, and nothing is counted', () => {
  const { plan, boots } = pass({ recorded: BEFORE, log: unknown('FileUnreadable', 'no permission') });
  assert.deepEqual(plan.actions, []);
  assert.equal(plan.waiting[0]?.reason, 'FileUnreadable');
  assert.deepEqual(boots, BEFORE);
});

test('the note of a controller keeps the life before this boot however often it is written', () => {
  const first = { bootId: 'a', seenAtMs: 1, ended: false };
  const second = nextNote(first, { bootId: 'b', seenAtMs: 2, ended: false });
  const third = nextNote(second, { bootId: 'b', seenAtMs: 3, ended: true });
  assert.deepEqual(lifeBefore(third, 'b'), first);
  assert.deepEqual(lifeBefore(third, 'c'), { ...third });
  assert.deepEqual(parseLifeNote(JSON.stringify(third)), third);
  for (const text of ['', 'null', '{}', '{"bootId":1}', '[1']) assert.equal(parseLifeNote(text), undefined, text);
});
