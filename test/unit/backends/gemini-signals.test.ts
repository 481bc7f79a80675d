import assert from 'node:assert/strict';
import { test } from 'node:test';

import { gemini } from '#backends/gemini.ts';
import { geminiAcceptance, geminiFiles, readGeminiSignals } from '#backends/gemini-signals.ts';
import { geminiTally } from '#backends/gemini-usage.ts';
import { NO_SIGNALS } from '#backends/signal.ts';

import { logAt, readSession } from '../../support/recorded-signals.ts';

const SESSION = readSession('gemini-turns');

const MOMENTS = [
  { at: '2026-11-20T21:28:29.900Z', reads: 'Unknown', reason: 'a turn runs' },
  { at: '2026-11-20T21:29:00Z', reads: 'Unknown', reason: 'its last message may be followed by a tool' },
  { at: '2026-11-20T21:31:36Z', reads: 'Idle Interrupted', reason: 'a person pressed Escape' },
  { at: '2026-11-20T21:31:37.790Z', reads: 'Unknown', reason: 'the next turn runs' },
  { at: '2026-11-20T21:31:40Z', reads: 'AuthRequired', reason: 'the key is wrong, and a hint follows the error' },
  { at: '2026-11-20T21:31:45Z', reads: 'Unknown', reason: 'gemini tries again by itself' },
];

for (const { at, reads, reason } of MOMENTS) {
  test(`a recorded session of gemini reads as ${reads} when ${reason}`, () => {
    const state = readGeminiSignals(logAt(SESSION, Date.parse(at)));
    const words = [state?.state, state?.cause].filter((word) => word !== undefined);
    assert.equal(words.join(' '), reads);
  });
}

test('gemini tells its conversation', () => {
  const state = readGeminiSignals(logAt(SESSION, Date.parse('2026-11-20T21:31:45Z')));
  assert.deepEqual(state?.conversation, { id: 'aaaaaaaa-1111-4111-8111-bbbbbbbbbbbb' });
  assert.equal(readGeminiSignals(NO_SIGNALS), undefined);
});

test('tokens are counted once for each message, without what came from the cache', () => {
  const { begin, add, tokens } = geminiTally;
  const sum = (SESSION.chat ?? []).reduce((before, line) => add(before, line), begin);
  assert.equal(tokens(sum), 2024);
  assert.equal(tokens(add(sum, { id: 'next', tokens: { total: 500, cached: 400 } })), 2124);
});

test('a message is taken when the conversation holds it', () => {
  const lines = [{ type: 'user', content: [{ text: '[ccci 12ab] Look.' }] }];
  const log = { events: [], latest: { chat: { event: 'chat', atMs: 1, payload: { lines, bytes: 9 } } } };
  assert.equal(geminiAcceptance(log, '12ab'), 'Taken');
  assert.equal(geminiAcceptance(log, '12a'), undefined);
  assert.equal(geminiAcceptance(NO_SIGNALS, '12ab'), undefined);
});

const PLACES = { pid: 1, startTime: 1, cwd: '/home/loops/project' };
const ENV = { HOME: '/home/loops', CCCI_CONVERSATION: 'abcd1234-cc01-4000-8000-0000abcd1234' };

test('the file of the conversation is found through the list of projects', () => {
  const first = geminiFiles({ ...PLACES, env: ENV }, NO_SIGNALS);
  assert.deepEqual(
    first.map(({ path }) => path),
    ['/home/loops/.gemini/projects.json'],
  );
  const projects = { event: 'projects', atMs: 1, payload: { projects: { '/home/loops/project': 'project-2' } } };
  const second = geminiFiles({ ...PLACES, env: ENV }, { events: [], latest: { projects } });
  assert.equal(second[1]?.path, '/home/loops/.gemini/tmp/project-2/chats/session-*-abcd1234.jsonl');
});

test('no file is looked for when the conversation is not known, or its folder leads elsewhere', () => {
  assert.deepEqual(geminiFiles({ ...PLACES, env: { HOME: '/home/loops' } }, NO_SIGNALS), []);
  assert.deepEqual(geminiFiles({ ...PLACES, env: { ...ENV, CCCI_CONVERSATION: '../../x' } }, NO_SIGNALS), []);
  const projects = { event: 'projects', atMs: 1, payload: { projects: { '/home/loops/project': '../../etc' } } };
  assert.equal(geminiFiles({ ...PLACES, env: ENV }, { events: [], latest: { projects } }).length, 1);
});

const REQUEST = { prompt: 'Begin.', agentName: 'builder', permissions: 'Ask' as const, args: [], command: [] };
const SIGNALS = { script: '/srv/run/signal.sh', folder: '/srv/run/signals/abcd1234' };
const ID = '11111111-2222-4333-8444-555555555555';

const LAUNCHES = [
  { request: REQUEST, argv: [], env: {}, reason: 'without a channel nothing is added' },
  {
    request: { ...REQUEST, signals: SIGNALS },
    argv: ['--session-id', ENV.CCCI_CONVERSATION],
    env: { CCCI_CONVERSATION: ENV.CCCI_CONVERSATION },
    reason: 'a new conversation is named after the incarnation',
  },
  {
    request: { ...REQUEST, signals: SIGNALS, resume: { id: ID } },
    argv: ['--resume', ID],
    env: { CCCI_CONVERSATION: ID },
    reason: 'a resumed one has its id',
  },
  {
    request: { ...REQUEST, signals: SIGNALS, resume: { name: 'latest' } },
    argv: ['--resume', 'latest'],
    env: {},
    reason: 'which one is the latest is not known',
  },
];

for (const { request, argv, env, reason } of LAUNCHES) {
  test(`a launch of gemini: ${reason}`, () => {
    const launch = gemini.launch(request);
    assert.deepEqual(launch.argv, ['gemini', ...argv, '--prompt-interactive=Begin.']);
    assert.deepEqual(launch.env, env);
  });
}
