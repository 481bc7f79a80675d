import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { backendOf } from '#backends/registry.ts';
import { readClaudeSignals } from '#backends/claude-signals.ts';
import type { SignalState } from '#backends/signal-state.ts';
import type { Signal, SignalLog } from '#backends/signal.ts';

const BEGAN_MS = Date.parse('2026-03-01T10:00:00Z');
const NOW_MS = BEGAN_MS + 100_000;
const OPTIONS = { waitMarker: 'WAITING-UNTIL:', process: { pid: 856, startTime: 630_113 }, nowMs: NOW_MS };

/** One thing that was said so many seconds after the beginning. */
function said(atS: number, event: string, payload: object = {}): Signal {
  return { event, atMs: BEGAN_MS + atS * 1000, payload: { hook_event_name: event, ...payload } };
}

/** The file of the process, with its status so many seconds after the beginning. */
function status(atS: number, word: string, more: object = {}): Signal {
  const payload = { pid: 856, procStart: '630113', version: '2.1.197', sessionId: 'conversation-1', status: word };
  return { event: 'process', atMs: NOW_MS, payload: { ...payload, statusUpdatedAt: BEGAN_MS + atS * 1000, ...more } };
}

type Row = {
  readonly reason: string;
  readonly events?: readonly Signal[];
  readonly latest?: Readonly<Record<string, Signal>>;
  readonly is: string;
};

const START = said(1, 'SessionStart', { source: 'startup' });
const PROMPT = said(2, 'UserPromptSubmit', { prompt: 'Go on.' });
const END = said(9, 'Stop', { last_assistant_message: 'Done.', background_tasks: [], session_crons: [] });
const CALL = said(5, 'PreToolUse', { tool_name: 'Bash', tool_use_id: 'a' });
const LIMIT = "You've hit your session limit · resets 5:44pm (UTC)";

function failed(error: string, text: string, more: object = {}): Signal {
  return said(9, 'StopFailure', { error, last_assistant_message: text, ...more });
}

const rows: readonly Row[] = [
  { reason: 'nothing was said', is: 'silent' },
  { reason: 'the history is that of every session', latest: { history: said(1, 'history') }, is: 'silent' },
  { reason: 'it has started and has no prompt yet', events: [START], is: 'Idle Fresh' },
  { reason: 'a prompt was taken', events: [START, PROMPT], is: 'Busy' },
  { reason: 'its turn is over', events: [START, PROMPT, END], is: 'Idle' },
  {
    reason: 'its last message ends with a wait',
    events: [PROMPT, said(9, 'Stop', { last_assistant_message: 'Pushed.\n\nWAITING-UNTIL: 2026-03-01T12:00:00Z\n' })],
    is: 'Idle waits',
  },
  {
    reason: 'text after the marker means that it went on',
    events: [said(9, 'Stop', { last_assistant_message: 'WAITING-UNTIL: 2026-03-01T12:00:00Z\nNo, I go on.' })],
    is: 'Idle',
  },
  {
    reason: 'a shell of its own runs on',
    events: [said(9, 'Stop', { last_assistant_message: 'Started.', background_tasks: [{ id: 'b' }] })],
    is: 'Idle BackgroundWork timers',
  },
  {
    reason: 'it has set itself a timer',
    events: [said(9, 'Stop', { last_assistant_message: 'Later.', session_crons: [{ id: 'c' }] })],
    is: 'Idle timers',
  },
  { reason: 'a tool runs', events: [PROMPT], latest: { PreToolUse: CALL }, is: 'Busy tool' },
  {
    reason: 'the tools of the turn have come back',
    events: [PROMPT],
    latest: { PreToolUse: CALL, PostToolBatch: said(6, 'PostToolBatch') },
    is: 'Busy',
  },
  {
    reason: 'a turn that began without a word calls a tool',
    events: [PROMPT, END],
    latest: { PreToolUse: said(12, 'PreToolUse', { tool_name: 'Read' }) },
    is: 'Busy tool',
  },
  {
    reason: 'the tool belongs to a turn that is over',
    events: [PROMPT, END],
    latest: { PreToolUse: CALL },
    is: 'Idle',
  },
  {
    reason: 'it asks for permission',
    events: [PROMPT, said(5, 'PermissionRequest', { tool_name: 'Bash' })],
    is: 'AwaitingInput Permission',
  },
  {
    reason: 'it asks a question, which it does even where permissions are bypassed',
    events: [PROMPT, said(5, 'PermissionRequest', { tool_name: 'AskUserQuestion' })],
    is: 'AwaitingInput Question',
  },
  {
    reason: 'permission was given: its process works',
    events: [PROMPT, said(5, 'PermissionRequest', { tool_name: 'Bash' })],
    latest: { process: status(7, 'busy') },
    is: 'Busy',
  },
  {
    reason: 'permission was declined: no hook tells the end of the turn',
    events: [PROMPT, said(5, 'PermissionRequest', { tool_name: 'Bash' })],
    latest: { process: status(7, 'idle') },
    is: 'Idle Interrupted',
  },
  {
    reason: 'a dialog is open that has no hook',
    events: [PROMPT, END],
    latest: { process: status(20, 'waiting', { waitingFor: 'dialog open' }) },
    is: 'AwaitingInput Other',
  },
  {
    reason: 'it was interrupted, which no hook tells',
    events: [PROMPT],
    latest: { process: status(4, 'idle') },
    is: 'Idle Interrupted',
  },
  {
    reason: 'the prompt came after the file was written',
    events: [PROMPT],
    latest: { process: status(1, 'idle') },
    is: 'Busy',
  },
  {
    reason: 'hooks of its user run after the end of the turn',
    events: [PROMPT, END],
    latest: { process: status(2, 'busy') },
    is: 'Busy',
  },
  {
    reason: 'the file is that of an earlier process with the same pid',
    events: [PROMPT],
    latest: { process: status(4, 'idle', { procStart: '4711' }) },
    is: 'Busy',
  },
  { reason: 'it was launched without hooks and rests', latest: { process: status(4, 'idle') }, is: 'Idle' },
  {
    reason: 'it was launched without hooks, and a shell runs on',
    latest: { process: status(4, 'shell') },
    is: 'Idle BackgroundWork timers',
  },
  { reason: 'it compacts', events: [PROMPT, END, said(20, 'PreCompact', { trigger: 'manual' })], is: 'Compacting' },
  {
    reason: 'compaction by hand is over',
    events: [
      said(20, 'PreCompact', { trigger: 'manual' }),
      said(21, 'SessionStart', { source: 'compact' }),
      said(22, 'PostCompact', { trigger: 'manual' }),
    ],
    is: 'Idle',
  },
  {
    reason: 'the turn goes on after it compacted by itself',
    events: [PROMPT, said(20, 'PreCompact', { trigger: 'auto' }), said(22, 'PostCompact', { trigger: 'auto' })],
    is: 'Busy',
  },
  {
    reason: 'there was nothing to compact, which no hook tells',
    events: [PROMPT, END, said(20, 'PreCompact', { trigger: 'manual' })],
    latest: { process: status(21, 'idle') },
    is: 'Idle',
  },
  { reason: 'it was cleared', events: [PROMPT, said(9, 'SessionEnd', { reason: 'clear' })], is: 'Busy' },
  { reason: 'it leaves', events: [PROMPT, END, said(9, 'SessionEnd', { reason: 'other' })], is: 'Exited' },
  { reason: 'no login', events: [PROMPT, failed('authentication_failed', 'Not logged in')], is: 'AuthRequired' },
  { reason: 'no money', events: [PROMPT, failed('billing_error', 'Credit balance')], is: 'UsageLimited Billing' },
  { reason: 'a limit of the subscription', events: [PROMPT, failed('rate_limit', LIMIT)], is: 'UsageLimited resets' },
  {
    reason: 'a refused request is no usage limit',
    events: [PROMPT, failed('rate_limit', 'API Error: Request rejected (429)')],
    is: 'ApiError RateLimit',
  },
  { reason: 'an overloaded service', events: [failed('server_error', 'API Error: 529')], is: 'ApiError ServerError' },
  {
    reason: 'no connection',
    events: [failed('server_error', 'API Error: Unable to connect to API (ConnectionRefused)')],
    is: 'ApiError Connectivity',
  },
  {
    reason: 'a full context',
    events: [failed('invalid_request', '', { error_details: '400 prompt is too long: 208310 tokens' })],
    is: 'ApiError ContextFull',
  },
  { reason: 'a word of a later version', events: [failed('new_word', 'Something')], is: 'ApiError ServerError' },
  { reason: 'a payload that was cut', events: [{ event: 'Stop', atMs: BEGAN_MS + 9000 }], is: 'Idle' },
  {
    reason: 'the menu of the limit is open',
    events: [PROMPT, failed('rate_limit', LIMIT)],
    latest: { process: status(10, 'waiting', { waitingFor: 'dialog open' }) },
    is: 'UsageLimited UsageLimitOptions resets',
  },
];

function say(reading: SignalState | undefined): string {
  if (reading === undefined) return 'silent';
  const { state, cause, dialog, waitMarker, resetText, hasTimers, isToolRunning } = reading;
  const extras = [
    waitMarker === undefined ? undefined : 'waits',
    resetText === undefined ? undefined : 'resets',
    hasTimers === true ? 'timers' : undefined,
    isToolRunning === true ? 'tool' : undefined,
  ];
  return [state, cause, dialog, ...extras].filter((word) => word !== undefined).join(' ');
}

describe('what claude says about itself', () => {
  for (const { reason, events = [], latest = {}, is } of rows) {
    test(`${is}: ${reason}`, () => {
      const log: SignalLog = { events, latest };
      assert.equal(say(readClaudeSignals(log, OPTIONS)), is);
    });
  }
});

describe('beside its state claude tells', () => {
  const line = said(9, 'statusLine', {
    version: '2.1.197',
    session_id: 'conversation-1',
    cost: { total_cost_usd: 0.5 },
    context_window: { used_percentage: 94 },
    rate_limits: { five_hour: { used_percentage: 102, resets_at: BEGAN_MS / 1000 + 3600 } },
  });
  const limited = { events: [PROMPT, failed('rate_limit', LIMIT)], latest: { statusLine: line } };

  test('its version, its cost, its context and its conversation', () => {
    const reading = readClaudeSignals(limited, OPTIONS);
    assert.equal(reading?.version, '2.1.197');
    assert.deepEqual(reading?.usage, { usd: 0.5 });
    assert.equal(reading?.contextPercent, 94);
    assert.equal(reading?.conversation?.id, 'conversation-1');
  });

  test('when a limit ends, also after the status line stopped telling it', () => {
    const now = readClaudeSignals(limited, OPTIONS);
    assert.equal(now?.untilMs, BEGAN_MS + 3_600_000);
    const later = readClaudeSignals({ events: limited.events, latest: {} }, { ...OPTIONS, limits: { ...now?.limits } });
    assert.equal(later?.untilMs, BEGAN_MS + 3_600_000);
  });

  test('nothing about the end of a limit that was over before it was hit', () => {
    const limits = { five_hour: BEGAN_MS - 1000 };
    assert.equal(readClaudeSignals({ events: limited.events, latest: {} }, { ...OPTIONS, limits })?.untilMs, undefined);
  });

  test('a pulse that only something new changes', () => {
    const pulse = (events: readonly Signal[], latest = {}) => readClaudeSignals({ events, latest }, OPTIONS)?.pulse;
    assert.equal(pulse([PROMPT]), pulse([PROMPT], { statusLine: line }), 'a status line is drawn when nothing happens');
    assert.notEqual(pulse([PROMPT]), pulse([PROMPT, END]));
    assert.notEqual(pulse([PROMPT]), pulse([PROMPT], { transcript: said(3, 'transcript', { bytes: 10, lines: [] }) }));
  });
});

describe('the files that claude keeps', () => {
  const places = { env: { HOME: '/home/loops' }, pid: 856, startTime: 1, cwd: '/srv/project' };
  const paths = (env: Record<string, string>, log: SignalLog) =>
    backendOf('claude')
      .signals?.files({ ...places, env }, log)
      .map(({ slot, path }) => `${slot} ${path}`);

  test('are below its configuration folder', () => {
    assert.deepEqual(paths({ HOME: '/home/loops' }, { events: [], latest: {} }), [
      'process /home/loops/.claude/sessions/856.json',
      'history /home/loops/.claude/history.jsonl',
    ]);
    assert.match(paths({ CLAUDE_CONFIG_DIR: '/c' }, { events: [], latest: {} })?.[0] ?? '', /^process \/c\/sessions/);
  });

  test('name the transcript as a hook does', () => {
    const log = { events: [said(1, 'SessionStart', { transcript_path: '/x/y.jsonl' })], latest: {} };
    assert.ok(paths({}, log)?.includes('transcript /x/y.jsonl'));
  });

  test('name the transcript after folder and conversation when no hook does', () => {
    const sessionId = '11111111-1111-4111-8111-111111111111';
    const log = { events: [], latest: { process: status(1, 'idle', { sessionId, cwd: '/srv/my.project' }) } };
    assert.ok(
      paths({ HOME: '/h' }, log)?.includes(`transcript /h/.claude/projects/-srv-my-project/${sessionId}.jsonl`),
    );
  });
});
