import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shownUrl } from '#api/repository-url.ts';
import { publicUrl, urlCredentials } from '#drivers/git/public-url.ts';

describe('publicUrl', () => {
  const rows = [
    {
      reason: 'user and password of https go',
      url: 'https://bot:pw@h.example/a.git',
      expected: 'https://h.example/a.git',
    },
    { reason: 'a token as user goes', url: 'https://ghp_secret@h.example/a.git', expected: 'https://h.example/a.git' },
    {
      reason: 'an @ and a slash in a password that was not encoded go too',
      url: 'https://bot:p@s/s@h.example/a',
      expected: 'https://h.example/a',
    },
    {
      reason: 'the user of ssh is part of the address',
      url: 'ssh://git:pw@h.example/a',
      expected: 'ssh://git@h.example/a',
    },
    { reason: 'an scp-like address has no password', url: 'git@h.example:a.git', expected: 'git@h.example:a.git' },
    { reason: 'a path may hold anything', url: '/srv/a@b:c.git', expected: '/srv/a@b:c.git' },
    { reason: 'an @ in the path is no user', url: 'https://h.example/a', expected: 'https://h.example/a' },
  ];
  for (const { reason, url, expected } of rows) {
    it(reason, () => assert.deepEqual([publicUrl(url), shownUrl(url)], [expected, expected]));
  }

  it('never shows a password, and decodes it for git', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.string({ minLength: 6 }), (user, password) => {
        const url = `https://${escaped(user)}:${escaped(password)}@h.example/a.git`;
        assert.equal(publicUrl(url), 'https://h.example/a.git');
        assert.equal(shownUrl(url), 'https://h.example/a.git');
        assert.deepEqual(urlCredentials(url), { username: user, password });
      }),
    );
  });
});

/** Percent-encodes everything that a URL could take for something else. */
function escaped(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
