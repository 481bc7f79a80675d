import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findJsonMistake } from '#store/find-json-mistake.ts';

describe('findJsonMistake', () => {
  const rows = [
    { reason: 'empty text', text: '', line: 1, column: 1, found: 'the end of the file' },
    { reason: 'a comma too many', text: '{\n  "a": 1,\n}', line: 3, column: 1, found: '"}"' },
    { reason: 'a comma missing', text: '[1 2]', line: 1, column: 4, found: '"2"' },
    { reason: 'a word that is none', text: '{"a": tru}', line: 1, column: 7, found: '"t"' },
    { reason: 'single quotes', text: "{'a': 1}", line: 1, column: 2, found: '"\'"' },
    { reason: 'cut off in a text', text: '{"a": "xy', line: 1, column: 10, found: 'the end of the file' },
    { reason: 'a line end in a text', text: '"a\nb"', line: 1, column: 3, found: '"\\n"' },
    { reason: 'something after the end', text: '{}\n{}', line: 2, column: 1, found: '"{"' },
    { reason: 'a leading zero', text: '[01]', line: 1, column: 3, found: '"1"' },
    { reason: 'a wrong bracket', text: '[1}', line: 1, column: 3, found: '"}"' },
    { reason: 'a merge conflict', text: '{\n<<<<<<< HEAD\n}', line: 2, column: 1, found: '"<"' },
  ];
  for (const { reason, text, ...expected } of rows) {
    it(`points at ${reason}`, () => assert.deepEqual(findJsonMistake(text), expected));
  }

  it('finds a mistake exactly where JSON.parse refuses the text', () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '"a"',
        '\\',
        'true',
        'nul',
        '-',
        '0',
        '1.5',
        'e3',
        ' ',
        '\n',
        '\u0001',
        '\\u00e9',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        assert.equal(findJsonMistake(text) === undefined, isJson(text), JSON.stringify(text));
      }),
      { numRuns: 3_000 },
    );
    fc.assert(fc.property(fc.json(), (text) => assert.equal(findJsonMistake(text), undefined)));
  });

  it('survives nesting that would overflow a recursive reader', () => {
    assert.deepEqual(findJsonMistake('['.repeat(200_000))?.column, 200_001);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
