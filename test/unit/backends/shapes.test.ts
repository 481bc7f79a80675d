import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backendOf } from '#backends/registry.ts';

import { summarizeReading } from '../../support/screens.ts';

const RULE = '─'.repeat(40);
const BOX = [RULE, '❯', RULE, '  footer'];
const CODEX_BOX = ['', '› Ask Codex to do anything', '', '  gpt-6 default · /srv/cc-ci/repo'];

const ROWS = [
  { cli: 'claude', lines: [], reading: 'Starting None', reason: 'the screen is empty' },
  {
    cli: 'claude',
    lines: ['Welcome to Claude Code v2.1.197'],
    reading: 'Starting None',
    reason: 'there is only a banner',
  },
  {
    cli: 'claude',
    lines: ['❯ go', '', ...BOX],
    reading: 'Busy Empty',
    reason: 'a prompt was sent and nothing came back yet',
  },
  {
    cli: 'claude',
    lines: ['❯ go', '', '● Done.', '', ...BOX],
    reading: 'Unknown Empty',
    reason: 'text streams without a spinner, so a message without the line that ends a turn may go on',
  },
  {
    cli: 'claude',
    lines: ['❯ go', '', '● WAITING-UNTIL: 2026-11-20T18:00:00Z', '', RULE, '❯', RULE, '  ⏵⏵ bypass · esc to interrupt'],
    reading: 'Busy Empty',
    reason: 'the footer says that the turn goes on, so the marker is not its last word yet',
  },
  {
    cli: 'claude',
    lines: ['❯ go', '', '● WAITING-UNTIL:', '  2026-11-20T18:00:00Z', '', '✻ Baked for 1m 2s', '', ...BOX],
    reading: 'Idle Empty waits',
    reason: 'a narrow terminal broke the marker',
  },
  {
    cli: 'claude',
    lines: [
      '❯ go',
      '',
      '● WAITING-UNTIL: 2026-11-20T18:00:00Z',
      '',
      '✻ Baked for 1s',
      '',
      '❯ more',
      '',
      '● Done.',
      '',
      '✻ Baked for 1s',
      '',
      ...BOX,
    ],
    reading: 'Idle Empty',
    reason: 'the marker belongs to an earlier turn',
  },
  {
    cli: 'claude',
    lines: [
      '❯ go',
      '',
      '● Bash(cat log)',
      '  ⎿  WAITING-UNTIL: 2026-11-20T18:00:00Z',
      '',
      '✻ Baked for 1s',
      '',
      ...BOX,
    ],
    reading: 'Idle Empty',
    reason: 'a tool printed the marker, the agent did not say it',
  },
  {
    cli: 'claude',
    lines: [
      '  the end of a very long message',
      '  WAITING-UNTIL: 2026-11-20T18:00:00Z',
      '',
      '✻ Baked for 1s',
      '',
      ...BOX,
    ],
    reading: 'Idle Empty waits',
    reason: 'the beginning of the message has scrolled away',
  },
  {
    cli: 'claude',
    lines: [
      '❯ go',
      '',
      '● WAITING-UNTIL: 2026-11-20T18:00:00Z',
      '',
      '● Ran 1 stop hook (ctrl+o to expand)',
      '  ⎿  Stop hook error: no',
      '',
      '✻ Baked for 1s',
      '',
      ...BOX,
    ],
    reading: 'Idle Empty waits',
    reason: 'what a hook printed is no message',
  },
  {
    cli: 'claude',
    lines: [
      '● WAITING-UNTIL: 2026-11-20T18:00:00Z',
      '',
      '✻ Baked for 1s',
      '',
      '❯ /compact',
      '  ⎿  Compacted (ctrl+o to see full summary)',
      '',
      ...BOX,
    ],
    reading: 'Idle Empty waits',
    reason: 'a local command is no new turn',
  },
  {
    cli: 'claude',
    lines: [
      '❯ go',
      '',
      '● Done.',
      '',
      '✻ Baked for 1s',
      '',
      RULE,
      '❯',
      RULE,
      '  SL-cli                Not logged in · Run /login',
    ],
    reading: 'AuthRequired Empty',
    reason: 'the footer says that the login is gone',
  },
  {
    cli: 'claude',
    lines: ['● Hi.', '', RULE, '  Rate this session', '', '  ❯ 1. Good', '', '  Enter to confirm · Esc to cancel'],
    reading: 'AwaitingInput None Other',
    reason: 'a dialog is open that nobody has seen before',
  },
  {
    cli: 'claude',
    lines: ['● Hi.', '  some full-screen view'],
    reading: 'Unknown Unknown',
    reason: 'the box is gone and nothing says why',
  },
  {
    cli: 'claude',
    lines: ['● Hi.', '  Unable to connect to Anthropic services', '  No conversation found to continue'],
    reading: 'Unknown Unknown',
    reason: 'a conversation that quotes a refusal is no refusal',
  },
  {
    cli: 'claude',
    lines: ['❯ go', '', '● Done.', '', '✻ Baked for 1s', '', RULE, '❯ Try "fix the tests"', RULE],
    reading: 'Idle Empty',
    reason: 'a suggestion in the box is no draft',
  },
  {
    cli: 'codex',
    lines: ['› go', '', '• Half a sent', ...CODEX_BOX],
    reading: 'Unknown Empty',
    reason: 'streaming text looks like a finished one',
  },
  {
    cli: 'codex',
    lines: ['› go', ...CODEX_BOX],
    reading: 'Busy Empty',
    reason: 'a prompt was sent and nothing came back yet',
  },
  {
    cli: 'codex',
    lines: ['  >_ OpenAI Codex', ...CODEX_BOX],
    reading: 'Idle Empty Fresh',
    reason: 'nothing was asked yet',
  },
  {
    cli: 'codex',
    lines: ['› go', '', '■ You’ve hit your usage limit. Try again at 3:05 PM.', ...CODEX_BOX],
    reading: 'UsageLimited Empty resets 3:05 PM',
    reason: 'the message tells when the limit ends',
  },
  {
    cli: 'codex',
    lines: ['  Delete it?', '', '› 1. Yes', '', '  Press enter to confirm or esc to cancel'],
    reading: 'AwaitingInput None Other',
    reason: 'a dialog is open that nobody has seen before',
  },
  {
    cli: 'gemini',
    lines: ['', ' ▝▜▄     Gemini CLI v0.61.0'],
    reading: 'Starting None',
    reason: 'there is only a banner',
  },
  { cli: 'opencode', lines: [], reading: 'Starting None', reason: 'the screen is empty' },
] as const;

for (const { cli, lines, reading, reason } of ROWS) {
  test(`${cli} is read as ${reading} when ${reason}`, () => {
    const state = backendOf(cli).classify(lines.join('\n'), { waitMarker: 'WAITING-UNTIL:' });
    assert.equal(summarizeReading(state), reading);
  });
}

test('the evidence of a message that only looks like an error is marked as spoofable', () => {
  const screen = ['❯ go', '', '● Please run /login · API Error: 401 gone', '', '✻ Baked for 1s', '', ...BOX].join('\n');
  const { state, spoofable } = backendOf('claude').classify(screen, { waitMarker: 'WAITING-UNTIL:' });
  assert.deepEqual({ state, spoofable }, { state: 'AuthRequired', spoofable: true });
});
