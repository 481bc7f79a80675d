import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { valueOf } from '#api/fact.ts';
import type { SignalChannel } from '#backends/backend.ts';
import { signalCall } from '#backends/signal-call.ts';
import { createSignalReader } from '#drivers/signals/spool-reader.ts';
import { SIGNAL_SCRIPT } from '#plan/agent/signal-script.ts';

let root = '';
let script = '';
let folder = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccci-test-signals-'));
  script = join(root, 'signal.sh');
  folder = join(root, 'inc1');
  writeFileSync(script, SIGNAL_SCRIPT, { mode: 0o700 });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs a hook as an agent's program does: through a shell, with the payload on stdin. */
function say(kind: Kind, name: string, payload: string) {
  return sayThrough({ script, folder }, kind, [name, payload]);
}

type Kind = 'event' | 'slot' | 'statusLine';

function sayThrough(channel: SignalChannel, kind: Kind, [name, payload]: readonly [string, string]) {
  return spawnSync('/bin/sh', ['-c', signalCall(channel, kind, name)], { input: payload, encoding: 'utf8' });
}

async function read(owner: number | undefined = process.getuid?.()) {
  return createSignalReader().spool(folder, owner);
}

async function log() {
  return valueOf(await read()) ?? assert.fail('the spool could not be read');
}

describe('what a hook says', () => {
  test('is kept with its payload, in the order in which it was said', async () => {
    for (const name of ['SessionStart', 'UserPromptSubmit', 'Stop']) say('event', name, JSON.stringify({ name }));
    const { events } = await log();
    assert.deepEqual(
      events.map(({ event, payload }) => [event, payload?.['name']]),
      ['SessionStart', 'UserPromptSubmit', 'Stop'].map((name) => [name, name]),
    );
    assert.ok(events.every(({ atMs }) => Math.abs(atMs - Date.now()) < 10_000));
  });

  test('is overwritten in a slot', async () => {
    for (const count of [1, 2, 3]) say('slot', 'PreToolUse', JSON.stringify({ count }));
    const { latest, events } = await log();
    assert.deepEqual(latest['PreToolUse']?.payload, { count: 3 });
    assert.equal(events.length, 0);
  });

  test('leaves the time of a clock that jumped out of the order', async () => {
    say('event', 'UserPromptSubmit', '{}');
    // The time since boot is told in steps of 10 ms; within one of them only the clock knows an order.
    execFileSync('sleep', ['0.03']);
    say('event', 'Stop', '{}');
    const first = readdirSync(folder).find((name) => name.endsWith('UserPromptSubmit')) ?? '';
    // As if the first had been written after the clock was set back by an hour later on.
    utimesSync(join(folder, first), Date.now() / 1000 + 3600, Date.now() / 1000 + 3600);
    const { events } = await log();
    assert.deepEqual(
      events.map(({ event }) => event),
      ['UserPromptSubmit', 'Stop'],
    );
  });

  test('is owner-only on disk', () => {
    say('event', 'Stop', '{}');
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0);
  });

  test('may be the last argument instead of stdin', async () => {
    execFileSync('/bin/sh', [script, folder, 'event', 'agent-turn-complete', '{"thread":"t"}']);
    assert.deepEqual((await log()).events[0]?.payload, { thread: 't' });
  });
});

const unharmed = [
  { reason: 'its payload is no JSON', act: () => say('event', 'Stop', 'not json') },
  { reason: 'its payload is larger than what is kept', act: () => say('event', 'Stop', `"${'x'.repeat(900_000)}"`) },
  { reason: 'its name would lead out of the folder', act: () => say('event', '../Stop', '{}') },
  {
    reason: 'the script is gone: a shell without its script ends with 2, which would block the tool',
    act: () => (rmSync(script), say('slot', 'PreToolUse', '{}')),
  },
  {
    reason: 'the folder can not be made',
    act: () => (writeFileSync(join(root, 'inc1'), 'a file'), say('event', 'Stop', '{}')),
  },
];

describe('a hook ends with 0 and prints nothing', () => {
  for (const { reason, act } of unharmed) {
    test(`when ${reason}`, () => {
      const { status, stdout, stderr } = act();
      assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
    });
  }
});

describe('the spool', () => {
  test('keeps the newest few hundred events, however long nobody reads', async () => {
    mkdirSync(folder, { mode: 0o700 });
    for (let n = 0; n < 330; n += 1) {
      const path = join(folder, `e-1.00-${n}-Stop`);
      writeFileSync(path, `0 Stop\n{"n":${n}}`, { mode: 0o600 });
      utimesSync(path, 1_700_000_000 + n, 1_700_000_000 + n);
    }
    say('event', 'Stop', '{"n":"newest"}');
    const numbers = (await log()).events.map(({ payload }) => payload?.['n']);
    assert.ok(numbers.length <= 320 && numbers.length >= 250, `${numbers.length} are kept`);
    assert.ok(numbers.includes('newest') && numbers.includes(329) && !numbers.includes(0));
  });

  test('knows an event whose payload was cut by its name only', async () => {
    say('event', 'Stop', `{"text":"${'x'.repeat(100_000)}"}`);
    const [signal] = (await log()).events;
    assert.equal(signal?.event, 'Stop');
    assert.equal(signal?.payload, undefined);
  });

  test('is ignored with a reason when it belongs to somebody else', async () => {
    say('event', 'Stop', '{}');
    const fact = await read(4711);
    assert.equal(fact.state, 'unknown');
    assert.match(fact.state === 'unknown' ? fact.message : '', /belongs to user/);
  });

  test('is ignored with a reason when others may write to it', async () => {
    say('event', 'Stop', '{}');
    chmodSync(folder, 0o777);
    const fact = await read();
    assert.match(fact.state === 'unknown' ? fact.message : '', /others may write/);
  });

  test('ignores a file that others may write to', async () => {
    say('event', 'Stop', '{}');
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o666);
    assert.equal((await log()).events.length, 0);
  });

  test('is absent before anything was said', async () => {
    assert.equal((await read()).state, 'absent');
  });

  test('shows the same reader what came after its last look', async () => {
    const reader = createSignalReader();
    mkdirSync(folder, { mode: 0o700 });
    const counts = [];
    for (let count = 0; count < 5; count += 1) {
      say('event', 'Stop', '{}');
      counts.push(valueOf(await reader.spool(folder, process.getuid?.()))?.events.length);
    }
    assert.deepEqual(counts, [1, 2, 3, 4, 5]);
  });
});

describe('the status line', () => {
  test("runs the user's own command on the same input and prints what that prints", async () => {
    const own = `sed 's/.*"id":"\\([^"]*\\)".*/model \\1/'`;
    const { stdout, status } = sayThrough({ script, folder, statusLine: own }, 'statusLine', [
      'statusLine',
      '{"id":"opus"}\n',
    ]);
    assert.deepEqual({ stdout, status }, { stdout: 'model opus\n', status: 0 });
    assert.deepEqual((await log()).latest['statusLine']?.payload, { id: 'opus' });
  });

  test('prints nothing when the user has none', () => {
    assert.equal(say('statusLine', 'statusLine', '{}').stdout, '');
  });
});
