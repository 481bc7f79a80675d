import assert from 'node:assert/strict';
import { test } from 'node:test';

import { opencodePlugin, opencodePluginEnvironment } from '#backends/opencode-plugin.ts';
import { opencode } from '#backends/opencode.ts';
import { opencodeAcceptance, readOpencodeSignals } from '#backends/opencode-signals.ts';
import type { SignalState } from '#backends/signal-state.ts';
import { NO_SIGNALS } from '#backends/signal.ts';

import { logAt, readSession } from '../../support/recorded-signals.ts';

const SESSION = readSession('opencode-turns');
const OPTIONS = { waitMarker: 'WAITING-UNTIL:', nowMs: 1_795_211_080_000 };

function stateAt(atMs: number): SignalState | undefined {
  return readOpencodeSignals(logAt(SESSION, atMs), OPTIONS);
}

const MOMENTS = [
  { atMs: 1_795_211_041_337, reads: 'AwaitingInput Permission', reason: 'a command needs a person' },
  { atMs: 1_795_211_043_350, reads: 'Busy', reason: 'the person has allowed it' },
  { atMs: 1_795_211_047_357, reads: 'Idle waits', reason: 'the turn ended with a declared wait' },
  { atMs: 1_795_211_051_197, reads: 'Busy', reason: 'the model streams for ever' },
  { atMs: 1_795_211_053_511, reads: 'Idle Interrupted', reason: 'a person pressed Escape twice' },
  { atMs: 1_795_211_055_944, reads: 'AuthRequired', reason: 'the key is wrong' },
  { atMs: 1_795_211_058_366, reads: 'Busy retrying', reason: 'opencode tries again by itself' },
  { atMs: 1_795_211_062_098, reads: 'UsageLimited retrying until 1795218260211', reason: 'it waits for hours' },
  { atMs: 1_795_211_065_832, reads: 'ApiError ServerError', reason: 'a request that was refused' },
  { atMs: 1_795_211_068_252, reads: 'Busy retrying', reason: 'a server error is tried again' },
  { atMs: 1_795_211_074_009, reads: 'Idle', reason: 'a person had it compacted' },
  { atMs: 1_795_211_077_438, reads: 'ApiError ContextFull retrying', reason: 'it compacts in a circle' },
  { atMs: 1_795_211_079_777, reads: 'Idle Interrupted', reason: 'a person has stopped that' },
];

function inWords(state: SignalState | undefined): string {
  if (state === undefined) return 'nothing';
  const { waitMarker, untilMs, cause, dialog, isRetrying } = state;
  const words = [
    state.state,
    cause,
    dialog,
    waitMarker === undefined ? undefined : 'waits',
    isRetrying === true ? 'retrying' : undefined,
    untilMs === undefined ? undefined : `until ${String(untilMs)}`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

for (const { atMs, reads, reason } of MOMENTS) {
  test(`a recorded session of opencode reads as ${reads} when ${reason}`, () => {
    assert.equal(inWords(stateAt(atMs)), reads);
  });
}

test('opencode that has said nothing proves nothing', () => {
  assert.equal(readOpencodeSignals(NO_SIGNALS, OPTIONS), undefined);
});

test('opencode tells conversation, version, tokens and context', () => {
  const state = stateAt(OPTIONS.nowMs);
  assert.deepEqual(state?.conversation, { id: 'ses_e0515763bffe10CQvhOzTD1rjX' });
  assert.equal(state.version, '1.18.33');
  assert.deepEqual(state.usage, { tokens: 15_180, usd: 0 });
  assert.equal(state.contextPercent, 1);
});

const ACCEPTANCES = [
  { atMs: 1_795_211_047_000, taken: undefined, reason: 'it was not sent yet' },
  { atMs: 1_795_211_051_197, taken: 'Queued', reason: 'it was sent in mid-turn' },
  { atMs: 1_795_211_053_511, taken: 'Queued', reason: 'that turn was interrupted, and nothing answers it' },
  { atMs: 1_795_211_055_944, taken: 'Taken', reason: 'a later prompt made the model read it' },
];

for (const { atMs, taken, reason } of ACCEPTANCES) {
  test(`a message is ${taken ?? 'not known'} when ${reason}`, () => {
    assert.equal(opencodeAcceptance(logAt(SESSION, atMs), '12ab'), taken);
  });
}

const CHANNEL = { script: "/srv/it's here/signal.sh", folder: '/srv/a b/spool' };

test('the plugin stands in the folder of the incarnation and is named as an address', () => {
  const plugin = opencodePlugin({ channel: CHANNEL });
  assert.equal(plugin.path, '/srv/a b/spool/opencode-plugin.js');
  assert.equal(plugin.mode, 0o600);
  const { OPENCODE_CONFIG_CONTENT: config = '' } = opencodePluginEnvironment(plugin);
  assert.deepEqual(JSON.parse(config), { plugin: ['file:///srv/a%20b/spool/opencode-plugin.js'] });
});

test('the plugin is a module that Node understands', async () => {
  const { text } = opencodePlugin({ channel: CHANNEL, resumes: 'ses_1' });
  const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(module), ['CcciSignals']);
});

test('a launch brings its plugin along, and one without a channel has none', () => {
  const request = { prompt: 'Begin.', agentName: 'builder', permissions: 'Bypass' as const, args: [], command: [] };
  const launch = opencode.launch({ ...request, signals: CHANNEL, resume: { name: 'ses_1' } });
  assert.ok(launch.env['OPENCODE_CONFIG_CONTENT']?.includes('opencode-plugin.js'));
  assert.match(launch.files?.[0]?.text ?? '', /"resumes":"ses_1"/);
  assert.deepEqual(launch.argv, ['opencode', '--auto', '--session', 'ses_1', '--prompt=Begin.']);
  assert.deepEqual(opencode.launch(request).env, {});
});
