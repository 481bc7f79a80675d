import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeText } from '#load/read-text.ts';
import { renderMistake } from '#load/mistake.ts';
import { parseDocuments } from '#load/parse-documents.ts';
import { VALUE_LIMIT } from '#load/yaml-value.ts';

/** A megabyte, which is the most that is ever parsed. */
const MOST = 2 ** 20;

function fill(piece: string): string {
  return piece.repeat(Math.floor(MOST / piece.length));
}

function bomb(width: number, levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const item = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: width }, () => item).join(', ')}]`;
  });
  return lines.join('\n');
}

describe('text that is made to hurt', () => {
  const words = 'f: must have at most 200000 words and marks in one file';
  const deep = 'must not be nested deeper than 64 levels';
  const rows = [
    { reason: 'a million opening brackets', text: fill('['), line: words },
    { reason: 'brackets within the limit of words', text: '['.repeat(150_000), line: `f:1:66: ${deep}` },
    { reason: 'brackets that are closed', text: `${'['.repeat(5_000)}${']'.repeat(5_000)}`, line: `f:1:66: ${deep}` },
    { reason: 'lists in lists on one line', text: '- '.repeat(60_000), line: `f:1:131: ${deep}` },
    { reason: 'keys that are keys', text: '? '.repeat(60_000), line: `f:1:131: ${deep}` },
    { reason: 'maps in maps on one line', text: 'a: '.repeat(1_000), line: `f:1:196: ${deep}` },
    { reason: 'only document marks', text: fill('---\n'), line: words },
    {
      reason: 'documents within the limit of words',
      text: '---\n'.repeat(90_000),
      line: 'f: must have at most 10000 documents',
    },
    { reason: 'very many fields', text: Array.from({ length: 80_000 }, (_, n) => `k${n}: 1\n`).join(''), line: words },
    {
      reason: 'one field very often',
      text: 'a: 1\n'.repeat(20_000),
      line: 'f:2:1: a: must be there once, but "a" is there again',
    },
    { reason: 'only quotes', text: fill('"'), line: words },
    { reason: 'only colons', text: fill(':'), line: /must be valid YAML: The : indicator/ },
    { reason: 'only line ends', text: fill('\n'), line: words },
    {
      reason: 'only anchors',
      text: '&a '.repeat(60_000),
      line: 'f:1:4: must be valid YAML: A node can have at most one anchor',
    },
    {
      reason: 'only tags',
      text: '!a '.repeat(60_000),
      line: 'f:1:4: must be valid YAML: A node can have at most one tag',
    },
    {
      reason: 'aliases of aliases: a billion laughs',
      text: bomb(9, 12),
      line: /^f:6:\d+: a5\[\d\]: must have at most 100000 values, each use of an alias counted in full$/,
    },
    { reason: 'aliases of aliases: deep, not wide', text: bomb(1, 100), line: new RegExp(`^f:6\\d:\\d+: ${deep}$`) },
    {
      reason: 'one large value used often',
      text: `a: &a [${'x, '.repeat(1_000)}]\nb: [${'*a, '.repeat(150)}]`,
      line: /^f:2:\d+: b\[\d+\]: must have at most 100000 values/,
    },
  ];
  for (const { reason, text, line } of rows) {
    it(`${reason} end in one clear line`, () => {
      const { documents, mistakes } = parseDocuments('f', text);
      const told = mistakes.map(renderMistake);
      assert.ok(told.length <= 100, `${told.length} mistakes are told`);
      if (typeof line === 'string') assert.equal(told[0], line);
      else assert.match(told[0] ?? '', line);
      assert.deepEqual(
        documents.filter(({ value }) => countValues(value) > VALUE_LIMIT),
        [],
      );
    });
  }
});

describe('parseDocuments', () => {
  it('never throws and stays within its limits, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const read = decodeText(Buffer.from(bytes));
        if ('text' in read) checkBounds(read.text);
        else assert.match(read.rule, /^must be /);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws and stays within its limits, whatever the marks of YAML are', () => {
    const pieces = [
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '&a ',
      '*a',
      '? ',
      '!t ',
      '| ',
      '> ',
      '"',
      "'",
      '#',
      '---\n',
      '...\n',
      '%',
      '@',
      '<<',
      '~',
      '\t',
      '0x',
      '1e9',
      'ü',
      '\\u',
      '__proto__',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => checkBounds(parts.join(''))),
      { numRuns: 2_000 },
    );
  });

  it('reads every JSON value as JSON.parse does', () => {
    const value = fc
      .jsonValue({ maxDepth: 5 })
      .filter((each) => each !== null && !JSON.stringify(each).includes('__proto__'));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (each, indent) => {
        const text = JSON.stringify(each, null, indent);
        const { documents, mistakes } = parseDocuments('f', text);
        assert.deepEqual(mistakes, []);
        assert.deepEqual(documents[0]?.value, JSON.parse(text));
      }),
    );
  });

  it('changes no prototype', () => {
    const { documents } = parseDocuments('f', 'constructor: {prototype: {polluted: 1}}\ntoString: x\n');
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
    assert.ok(Object.hasOwn(documents[0]?.value as object, 'toString'));
  });
});

function checkBounds(text: string): void {
  const { documents, mistakes } = parseDocuments('f', text);
  assert.ok(mistakes.length <= 100);
  for (const mistake of mistakes) assert.match(renderMistake(mistake), /^f(:\d+:\d+)?: /);
  for (const { value, locate } of documents) {
    assert.doesNotThrow(() => JSON.stringify(value));
    assert.match(`${locate(['spec', 'x', 0]).line}`, /^[1-9]/);
  }
}

/** Counts values up to a little more than the limit, so that a bomb that came through does not go off here. */
function countValues(root: unknown): number {
  let count = 0;
  const left = [root];
  while (left.length > 0 && count <= VALUE_LIMIT) {
    const value = left.pop();
    count += 1;
    if (typeof value === 'object' && value !== null) left.push(...Object.values(value));
  }
  return count;
}
