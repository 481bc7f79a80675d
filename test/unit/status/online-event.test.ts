import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AnyObject } from '#api/kinds.ts';
import { onlineEvent } from '#status/online-event.ts';

import { NOW_MS, objectOf } from '../../support/plan-input.ts';

function loop(name: string, ready: string, running: 'True' | 'False'): AnyObject {
  const at = { observedGeneration: 1, lastTransitionTime: '2026-03-01T10:00:00.000Z', message: '' };
  const conditions = [
    { type: 'Ready', status: running, reason: ready, ...at },
    { type: 'SessionRunning', status: running, reason: ready, ...at },
  ];
  const spec = {
    mode: 'Loop',
    workdir: '/srv/x',
    backend: { type: 'command', command: ['x'] },
    prompt: { inline: 'go' },
  };
  return objectOf('Agent', { name, spec, status: { conditions } });
}

const SEQUENCE = objectOf('Sequence', { name: 'main', status: { conditions: [], currentPhaseId: '2' } });
const RIG = objectOf('Rig', {
  name: 'default',
  status: {
    conditions: [],
    boots: { id: 'b', count: 3, recent: [{ id: 'b', at: '2026-02-28T09:08:07.000Z', phases: [] }] },
  },
});

const ROWS: readonly { objects: readonly AnyObject[]; type: string; message: string; reason: string }[] = [
  {
    objects: [SEQUENCE, RIG, loop('builder', 'Running', 'True'), loop('adversary', 'Running', 'True')],
    type: 'Normal',
    message: 'online, phase 2, loops up: builder, adversary, 3 reboots logged (last: 2026-02-28 09:08 UTC)',
    reason: 'everybody is back',
  },
  {
    objects: [SEQUENCE, loop('builder', 'Running', 'True'), loop('adversary', 'BackingOff', 'False')],
    type: 'Warning',
    message: 'online, phase 2, loops not up: adversary; up: builder, 0 reboots logged',
    reason: 'one is not back',
  },
  {
    objects: [loop('builder', 'Stopped', 'False')],
    type: 'Normal',
    message: 'online, no phase is open, no loop is to run, 0 reboots logged',
    reason: 'who was stopped by a person is missed by nobody',
  },
];

for (const { objects, type, message, reason } of ROWS)
  test(`a start is told in one sentence: ${reason}`, () => {
    const event = onlineEvent(objects, { startedAtMs: NOW_MS, pid: 7 });
    assert.deepEqual([event.type, event.message], [type, message]);
    assert.equal(event.id, onlineEvent(objects, { startedAtMs: NOW_MS, pid: 7 }).id);
  });
