import assert from 'node:assert/strict';
import { test } from 'node:test';

import { command } from '#backends/command.ts';

const LINE = 'WAITING-UNTIL: 2026-11-20T18:00:00Z';

const ROWS = [
  { screen: '', reading: { state: 'Unknown', box: 'Empty', evidence: '' }, reason: 'it has printed nothing' },
  {
    screen: 'building\n\n',
    reading: { state: 'Unknown', box: 'Empty', evidence: 'building' },
    reason: 'any other line says nothing',
  },
  {
    screen: `done\n${LINE}\n\n`,
    reading: { state: 'Idle', box: 'Empty', waitMarker: LINE, evidence: LINE },
    reason: 'it declares a wait as its last line',
  },
  {
    screen: `${LINE}\nping`,
    reading: { state: 'Unknown', box: 'Empty', evidence: 'ping' },
    reason: 'something came after the wait',
  },
  {
    screen: 'API Error: 401\nPane is dead (status 1, now)',
    reading: { state: 'Unknown', box: 'Empty', evidence: 'Pane is dead (status 1, now)' },
    reason: 'its words have no meaning here, the kernel says what is dead',
  },
];

for (const { screen, reading, reason } of ROWS) {
  test(`a plain program is read as ${reading.state} because ${reason}`, () => {
    assert.deepEqual(command.classify(screen, { waitMarker: 'WAITING-UNTIL:' }), reading);
  });
}
