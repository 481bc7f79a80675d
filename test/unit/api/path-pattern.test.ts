import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fitsPattern } from '#api/path-pattern.ts';

describe('a path fits a pattern', () => {
  const rows = [
    {
      reason: 'a name is itself',
      pattern: 'DECISIONS.md',
      fits: ['DECISIONS.md'],
      not: ['decisions.md', 'a/DECISIONS.md'],
    },
    {
      reason: 'a star stands for characters within a name',
      pattern: 'STATUS-*.md',
      fits: ['STATUS-2.md', 'STATUS-.md', 'STATUS-a.b.md'],
      not: ['STATUS-2/x.md', 'old/STATUS-2.md', 'STATUS-2.md.bak'],
    },
    { reason: 'a question mark is one character', pattern: 'a?.md', fits: ['ab.md'], not: ['a.md', 'abc.md', 'a/.md'] },
    { reason: 'two stars are any folders, none too', pattern: '**/x.md', fits: ['x.md', 'a/b/x.md'], not: ['ax.md'] },
    {
      reason: 'two stars at the end are all below',
      pattern: 'src/**',
      fits: ['src/a', 'src/a/b', 'src'],
      not: ['lib/a'],
    },
    { reason: 'a slash at the end is all below too', pattern: 'src/', fits: ['src/a/b'], not: ['src2/a'] },
    {
      reason: 'what a regular expression would read means itself',
      pattern: 'a.(b)+[c]',
      fits: ['a.(b)+[c]'],
      not: ['axbc'],
    },
    { reason: 'characters beyond the first plane count once', pattern: '?🎉*', fits: ['a🎉', 'a🎉b'], not: ['🎉'] },
  ];
  for (const { reason, pattern, fits, not } of rows) {
    it(reason, () => {
      for (const path of fits) assert.equal(fitsPattern(path, pattern), true, path);
      for (const path of not) assert.equal(fitsPattern(path, pattern), false, path);
    });
  }

  it('takes every path by its own name, and a pattern of stars in no time', () => {
    const name = fc.stringMatching(/^[a-z.]{1,8}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        assert.equal(fitsPattern(names.join('/'), names.join('/')), true);
        assert.equal(fitsPattern(names.join('/'), '**'), true);
      }),
    );
    assert.equal(fitsPattern('a'.repeat(400), `${'*a'.repeat(40)}b`), false);
    assert.equal(fitsPattern('a/'.repeat(200), `${'**/a/'.repeat(20)}b`), false);
  });
});
