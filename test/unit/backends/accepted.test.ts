import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backendOf } from '#backends/registry.ts';

import { readScreen } from '../../support/screens.ts';

const ROWS = [
  {
    cli: 'claude',
    screen: 'queued-during-tool',
    text: 'ping during tool',
    accepted: true,
    reason: 'it is queued above the box',
  },
  {
    cli: 'claude',
    screen: 'resumed-with-prompt',
    text: 'Second prompt after resume',
    accepted: true,
    reason: 'it was answered',
  },
  { cli: 'claude', screen: 'half-typed-plus-ping', text: 'ping: status?', accepted: false, reason: 'it is a draft' },
  {
    cli: 'claude',
    screen: 'idle-plain-footer',
    text: 'ping: status?',
    accepted: false,
    reason: 'it is not on the screen',
  },
  {
    cli: 'claude',
    screen: 'permission-prompt-bash',
    text: 'Make a file.',
    accepted: false,
    reason: 'a dialog is open',
  },
  { cli: 'claude', screen: 'idle-plain-footer', text: ' ', accepted: false, reason: 'there is nothing to look for' },
  { cli: 'codex', screen: 'resumed', text: 'ping through codex queue', accepted: true, reason: 'it was answered' },
  {
    cli: 'codex',
    screen: 'approval-consumed-ping-letter-p',
    text: 'ing are you alive',
    accepted: false,
    reason: 'it is a draft',
  },
  { cli: 'gemini', screen: 'busy', text: 'Say hi', accepted: true, reason: 'it is being worked on' },
  {
    cli: 'gemini',
    screen: 'draft-without-frame',
    text: 'half typed and a second',
    accepted: false,
    reason: 'it is a draft',
  },
  { cli: 'opencode', screen: 'busy-tool', text: 'ping via HTTP API', accepted: true, reason: 'it was answered' },
] as const;

for (const { cli, screen, text, accepted, reason } of ROWS) {
  test(`${cli} ${accepted ? 'shows' : 'does not show'} a message as accepted when ${reason}`, () => {
    assert.equal(backendOf(cli).showsAccepted(readScreen(cli, screen), text), accepted);
  });
}

test('a wrapped message is found all the same', () => {
  const screen = ['❯ [c0ffee] claim(M1) is', '  yours to review', '', '─'.repeat(30), '❯', '─'.repeat(30)].join('\n');
  assert.equal(backendOf('claude').showsAccepted(screen, '[c0ffee] claim(M1) is yours'), true);
});

test('a plain program never shows that it took a line', () => {
  assert.equal(backendOf('command').showsAccepted('ping\n', 'ping'), false);
});
