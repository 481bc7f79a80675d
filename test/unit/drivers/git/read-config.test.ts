import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRepositoryConfig } from '#drivers/git/read-config.ts';

describe('parseRepositoryConfig', () => {
  const rows = [
    { reason: 'nothing', text: '', expected: { includes: false } },
    {
      reason: 'the usual file',
      text: '[core]\n\tbare = false\n[remote "origin"]\n\turl = /srv/r.git\n',
      expected: { originUrl: '/srv/r.git', includes: false },
    },
    {
      reason: 'the first of several URLs',
      text: '[remote "origin"]\nurl = a\nurl = b',
      expected: { originUrl: 'a', includes: false },
    },
    { reason: 'another remote only', text: '[remote "upstream"]\nurl = a', expected: { includes: false } },
    {
      reason: 'a remote whose name differs in case',
      text: '[remote "Origin"]\nurl = a',
      expected: { includes: false },
    },
    {
      reason: 'everything on one line, any case',
      text: '[REMOTE "origin"] URL=a',
      expected: { originUrl: 'a', includes: false },
    },
    {
      reason: 'quotes, escapes and a comment',
      text: '[remote "origin"]\nurl = "a b;c" \\"d\\" ; no\n',
      expected: { originUrl: 'a b;c "d"', includes: false },
    },
    {
      reason: 'a value over two lines',
      text: '[remote "origin"]\nurl = a\\\nb',
      expected: { originUrl: 'ab', includes: false },
    },
    { reason: 'an include', text: '[include]\npath = more', expected: { includes: true } },
    {
      reason: 'a conditional include',
      text: '[includeIf "gitdir:/x/.git"]\npath = more',
      expected: { includes: true },
    },
    {
      reason: 'reftable',
      text: '[extensions]\nrefStorage = reftable',
      expected: { refStorage: 'reftable', includes: false },
    },
    { reason: 'no configuration at all', text: '\0[[["\\', expected: { includes: false } },
  ];
  for (const { reason, text, expected } of rows)
    it(`reads ${reason}`, () => assert.deepEqual(parseRepositoryConfig(text), expected));

  it('is not slowed down by a hostile file', () => {
    for (const text of [`[a${' '.repeat(500_000)}`, `[a "${'\\"'.repeat(250_000)}`, `a${' '.repeat(500_000)}b`]) {
      assert.equal(parseRepositoryConfig(text).includes, false);
    }
  });
});
