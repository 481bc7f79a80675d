import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { codexAcceptance, codexFiles, readCodexSignals } from '#backends/codex-signals.ts';
import { CODEX_HOOKS, codexHookIdentity, codexHooks } from '#backends/codex-hooks.ts';
import type { SignalState } from '#backends/signal-state.ts';
import { NO_SIGNALS, type SignalLog } from '#backends/signal.ts';

import { logAt, readSession } from '../../support/recorded-signals.ts';

const SESSION = readSession('codex-turns');
const OPTIONS = { waitMarker: 'WAITING-UNTIL:', nowMs: 1_795_209_900_000 };
const FOLDER = { HOME: '/home/loops' };

function stateAt(atMs: number): SignalState | undefined {
  return readCodexSignals(logAt(SESSION, atMs), OPTIONS);
}

const MOMENTS = [
  { atMs: 1_795_209_688_600, reads: 'Busy', reason: 'the first prompt was taken' },
  { atMs: 1_795_209_688_700, reads: 'Idle waits', reason: 'the turn ended with a declared wait' },
  { atMs: 1_795_209_751_000, reads: 'Busy tool', reason: 'a tool was called and has not come back' },
  { atMs: 1_795_209_753_000, reads: 'Idle', reason: 'the second turn is over' },
  { atMs: 1_795_209_757_000, reads: 'Busy', reason: 'the model streams for ever' },
  { atMs: 1_795_209_759_000, reads: 'Idle Interrupted', reason: 'a person pressed Escape' },
  {
    atMs: 1_795_209_761_500,
    reads: 'UsageLimited until 1795220000000',
    reason: 'no hook says so: the rollout file does',
  },
  { atMs: 1_795_209_786_000, reads: 'Busy', reason: 'a turn that is tried again' },
  { atMs: 1_795_209_793_000, reads: 'ApiError ServerError', reason: 'a request that was refused' },
  { atMs: 1_795_209_800_000, reads: 'Busy', reason: 'codex tries a server error again by itself' },
  { atMs: 1_795_209_813_000, reads: 'Idle', reason: 'it went through in the end' },
  { atMs: 1_795_209_815_440, reads: 'Compacting', reason: 'the conversation is being shortened' },
  { atMs: 1_795_209_815_600, reads: 'Idle', reason: 'that is done' },
  { atMs: 1_795_209_821_000, reads: 'Exited', reason: 'the session was ended' },
];

function inWords(state: SignalState | undefined): string {
  if (state === undefined) return 'nothing';
  const { waitMarker, isToolRunning, untilMs, cause } = state;
  const words = [
    state.state,
    cause,
    waitMarker === undefined ? undefined : 'waits',
    isToolRunning === true ? 'tool' : undefined,
    untilMs === undefined ? undefined : `until ${String(untilMs)}`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

for (const { atMs, reads, reason } of MOMENTS) {
  test(`a recorded session of codex reads as ${reads} when ${reason}`, () => {
    assert.equal(inWords(stateAt(atMs)), reads);
  });
}

test('codex that has said nothing proves nothing', () => {
  assert.equal(readCodexSignals(NO_SIGNALS, OPTIONS), undefined);
});

test('codex tells conversation, version, tokens, context and the ends of its usage windows', () => {
  const state = stateAt(1_795_209_813_000);
  assert.equal(state?.conversation?.id, '01a1fad5-f534-7470-9d84-04547059b9f2');
  assert.match(state.conversation?.file ?? '', /^\/home\/loops\/\.codex\/sessions\/.*\.jsonl$/);
  assert.equal(state.version, '0.169.0');
  assert.deepEqual(state.usage, { tokens: 5060 });
  assert.equal(state.contextPercent, 0);
  assert.deepEqual(state.limits, { primary: 1_795_220_000_000 });
});

test('the rollout file is read where the hook says it is, and nowhere before', () => {
  const places = { env: FOLDER, pid: 1, startTime: 1, cwd: '/home/loops/project' };
  assert.deepEqual(codexFiles(places, NO_SIGNALS), []);
  const files = codexFiles(places, logAt(SESSION, OPTIONS.nowMs));
  assert.deepEqual(
    files.map(({ slot, kind }) => [slot, kind]),
    [['rollout', 'jsonl']],
  );
});

test('what a helper of the conversation says is not the agent', () => {
  const log = logAt(SESSION, 1_795_209_757_000);
  const payload = { session_id: 'another', hook_event_name: 'Stop', last_assistant_message: 'Done.' };
  const stop = { event: 'Stop', atMs: 1_795_209_757_000, payload };
  assert.equal(readCodexSignals({ ...log, events: [...log.events, stop] }, OPTIONS)?.state, 'Busy');
});

const PROMPT = { event: 'UserPromptSubmit', atMs: 5, payload: { session_id: 'one', prompt: '[ccci 12ab] Look.' } };
const LINE = {
  type: 'response_item',
  payload: { role: 'user', content: [{ type: 'input_text', text: '[ccci 12ab] Look.' }] },
};
const ROLLOUT = { event: 'rollout', atMs: 6, payload: { lines: [LINE], bytes: 1 } };

const ACCEPTANCES: readonly { log: SignalLog; nonce: string; taken: 'Taken' | undefined; reason: string }[] = [
  {
    log: { events: [PROMPT], latest: {} },
    nonce: '12ab',
    taken: 'Taken',
    reason: 'the hook for the prompt was called',
  },
  { log: { events: [PROMPT], latest: {} }, nonce: '12a', taken: undefined, reason: 'a part of a nonce is no nonce' },
  {
    log: { events: [], latest: { rollout: ROLLOUT } },
    nonce: '12ab',
    taken: 'Taken',
    reason: 'the conversation holds it',
  },
  { log: NO_SIGNALS, nonce: '12ab', taken: undefined, reason: 'nobody said anything' },
];

for (const { log, nonce, taken, reason } of ACCEPTANCES) {
  test(`a message with the nonce ${nonce} is ${taken ?? 'not known to be taken'} when ${reason}`, () => {
    assert.equal(codexAcceptance(log, nonce), taken);
  });
}

test('the fingerprint of each hook is the one that codex takes', () => {
  for (const [event, { kind, hash }] of Object.entries(CODEX_HOOKS)) {
    assert.equal(hash, createHash('sha256').update(codexHookIdentity(event, kind)).digest('hex'), event);
  }
});

test('hooks are defined and trusted one by one, and nothing is bypassed', () => {
  const { argv, env } = codexHooks({ script: "/srv/a b/it's.sh", folder: '/srv/a b/spool' });
  assert.equal(argv.filter((word) => word === '-c').length, Object.keys(CODEX_HOOKS).length + 1);
  assert.deepEqual(env, { CCCI_SIGNAL_SCRIPT: "/srv/a b/it's.sh", CCCI_SIGNAL_FOLDER: '/srv/a b/spool' });
  assert.ok(argv.every((word) => !word.includes('/srv/')));
  assert.ok(argv.every((word) => !word.includes('bypass')));
});
