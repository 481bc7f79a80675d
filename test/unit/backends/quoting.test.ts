import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Backend } from '#backends/backend.ts';
import { BACKENDS } from '#backends/registry.ts';

import { readScreen, screenLabels } from '../../support/screens.ts';

const OPTIONS = { waitMarker: 'WAITING-UNTIL:' };
const CLIS = ['claude', 'codex', 'gemini', 'opencode'] as const;

// Every line of every capture is something that an agent may quote: logs of other agents are what agents read.
const QUOTES = CLIS.flatMap((cli) =>
  Object.keys(screenLabels(cli)).flatMap((name) => readScreen(cli, name).split('\n')),
);

const RULE = '─'.repeat(120);

/** Puts an agent's message where the real interface shows it, above an empty box. */
const FRAMES: Readonly<Record<(typeof CLIS)[number], (message: readonly string[]) => string[]>> = {
  claude: ([first, ...rest]) => [
    '❯ Summarise the log.',
    '',
    `● ${first}`,
    ...rest.map((line) => `  ${line}`),
    '',
    '✻ Brewed for 0s',
    '',
    RULE,
    '❯\u00a0',
    RULE,
    '  ⏵⏵ bypass permissions on (shift+tab to cycle) · ← for agents',
  ],
  codex: ([first, ...rest]) => [
    '› Summarise the log.',
    '',
    `• ${first}`,
    ...rest.map((line) => `  ${line}`),
    '',
    '  Worked for 6s • 16:52',
    '',
    '› Ask Codex to do anything',
    '',
    '  mock-1 default · /srv/cc-ci/repo',
  ],
  gemini: ([first, ...rest]) => [
    ' > Summarise the log.',
    '',
    `✦ ${first}`,
    ...rest.map((line) => `  ${line}`),
    '',
    RULE,
    ' YOLO Ctrl+Y',
    '',
    ' *   Type your message or @path/to/file',
    '',
    ' workspace (/directory)                         branch',
    ' /srv/cc-ci/repo                                main',
  ],
  opencode: (message) => [
    '  ┃',
    '  ┃  Summarise the log.',
    '  ┃',
    '',
    ...message.map((line) => `     ${line}`),
    '',
    '     ▣  Build · Mock One · 8.9s',
    '',
    '  ┃',
    '  ┃',
    '  ┃',
    '  ┃  Build · Mock One Mock',
    `  ╹${'▀'.repeat(110)}`,
    '   /srv/cc-ci/repo                                      1.0K (1%)  ctrl+p commands',
  ],
};

const message = fc
  .array(fc.constantFrom(...QUOTES), { minLength: 1, maxLength: 12 })
  .map((quotes) => ['Here is what I read:', '', ...quotes.map((line) => line.trimEnd())]);

for (const cli of CLIS) {
  test(`${cli} takes nothing that a message quotes for an error, a dialog or a death`, () => {
    fc.assert(
      fc.property(message, (lines) => {
        const reading = BACKENDS[cli].classify(FRAMES[cli](lines).join('\n'), OPTIONS);
        assert.deepEqual({ state: reading.state, box: reading.box }, { state: 'Idle', box: 'Empty' });
      }),
      { numRuns: 300 },
    );
  });
}

test('a screen without any shape is never fatal, and reading it never throws', () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ maxLength: 80 }),
    fc.constantFrom('', '❯', '›', RULE, '┃'),
  );
  const screens = fc.array(line, { maxLength: 60 }).map((lines) => lines.join('\n'));
  const backends: readonly Backend[] = Object.values(BACKENDS);
  fc.assert(
    fc.property(screens, fc.constantFrom(...backends), (screen, backend) => {
      assert.ok(!['Fatal', 'AuthRequired', 'UsageLimited'].includes(backend.classify(screen, OPTIONS).state));
    }),
    { numRuns: 500 },
  );
});

test('lines of real screens in any order are read without throwing', () => {
  const screens = fc.array(fc.constantFrom(...QUOTES, RULE), { maxLength: 60 }).map((lines) => lines.join('\n'));
  const backends: readonly Backend[] = Object.values(BACKENDS);
  fc.assert(
    fc.property(screens, fc.constantFrom(...backends), (screen, backend) => {
      const reading = backend.classify(screen, OPTIONS);
      assert.equal(reading.box === 'Draft', reading.draft !== undefined && reading.draft !== '');
    }),
    { numRuns: 500 },
  );
});
