import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { redactScreen, redactSecrets } from '#backends/redact-screen.ts';

import { readScreen } from '../../support/screens.ts';

const SECRETS = [
  { text: 'key: sk-ant-api03-abcdefghijklmnop', hides: 'abcdefghijklmnop' },
  { text: 'AWS wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.', hides: 'K7MDENG' },
  {
    text: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\nQyNTUxOQ\n-----END OPENSSH PRIVATE KEY-----\n',
    hides: 'b3Blbn',
  },
  { text: '-----BEGIN PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA', hides: 'b3Blbn' },
  { text: 'PASSWORD=hunter2', hides: 'hunter2' },
  { text: 'https://me:hunter2@git.example.org', hides: 'hunter2' },
];

const KEPT = [
  'Resume this session with: claude --resume 91cf2174-1a36-450b-ab47-db1b8ac5b315',
  '/home/loops/recipes/tests/a-very-long-folder-name/of-another/still/longer2.test.ts',
  '/srv/Work/Recipes/Tests/2/AnotherFolder/AndAnother/Longer2/Index',
  'npm error code ELIFECYCLE at somebody@example.org',
  'WAITING-UNTIL: 2026-11-20T22:41:50.719Z',
];

describe('what is kept of a text', () => {
  for (const { text, hides } of SECRETS)
    test(`does not hold what "${text.slice(0, 18)}..." gives away`, () =>
      assert.equal(redactSecrets(text).includes(hides), false, redactSecrets(text)));

  for (const text of KEPT)
    test(`holds "${text.slice(0, 30)}..." as it is`, () => assert.equal(redactSecrets(text), text));

  test('as a screen names neither persons nor conversations', () => {
    const screen = redactScreen('/home/mary/x somebody@example.org 91cf2174-1a36-450b-ab47-db1b8ac5b315');
    assert.doesNotMatch(screen, /mary|somebody|91cf2174/);
  });

  test('is a whole screen when there is no secret on it', () => {
    const screen = readScreen('claude', 'e2e-done');
    assert.equal(redactSecrets(screen), screen);
  });
});
