import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { displayWidth, truncate } from '#cli/display-width.ts';
import { freshLines } from '#cli/fresh-lines.ts';
import { printable, printableLines } from '#cli/printable.ts';
import { createPaint } from '#cli/paint.ts';
import { renderLogLine } from '#cli/render-log-line.ts';
import { renderTable } from '#cli/render-table.ts';

const HOSTILE: readonly { reason: string; text: string; shown: string }[] = [
  { reason: 'plain text stays', text: 'it runs', shown: 'it runs' },
  { reason: 'letters and emoji of any language stay', text: 'é ж 日本 👩‍💻 ❤️', shown: 'é ж 日本 👩‍💻 ❤️' },
  { reason: 'a colour', text: '\x1b[31mred\x1b[0m', shown: '\\x1b[31mred\\x1b[0m' },
  { reason: 'a title of the window', text: '\x1b]0;x\x07', shown: '\\x1b]0;x\\x07' },
  { reason: 'a control sequence in one byte', text: '\x9b2J', shown: '\\x9b2J' },
  { reason: 'a line that would hide another', text: 'good\rbad\nx\ty', shown: 'good\\rbad\\nx\\ty' },
  { reason: 'a change of direction', text: 'a\u202ecba', shown: 'a\\u{202e}cba' },
  { reason: 'an isolated direction', text: 'a\u2067b\u2069', shown: 'a\\u{2067}b\\u{2069}' },
  { reason: 'an invisible space', text: 'a\u200bb\ufeff', shown: 'a\\u{200b}b\\u{feff}' },
  { reason: 'a line end of another kind', text: 'a\u2028b', shown: 'a\\u{2028}b' },
  { reason: 'a tag that nobody sees', text: 'a\u{e0041}', shown: 'a\\u{e0041}' },
  { reason: 'half a character', text: 'a\ud800b', shown: 'a\\u{d800}b' },
  { reason: 'a bell and a backspace', text: '\x07\x08\x7f', shown: '\\x07\\x08\\x7f' },
];

describe('hostile text', () => {
  for (const { reason, text, shown } of HOSTILE)
    it(`is made visible: ${reason}`, () => assert.equal(printable(text), shown));

  it('keeps its lines and tabs where several lines are shown', () => {
    assert.equal(printableLines('a\tb\n\x1b[2Jc\r\n'), 'a\tb\n\\x1b[2Jc\\r\n');
  });

  it('never reaches the terminal, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /[\x00-\x1f\x7f-\x9f]/);
        assert.doesNotMatch(printableLines(text), /[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      }),
    );
  });
});

const WIDTHS: readonly { reason: string; text: string; cells: number }[] = [
  { reason: 'a letter takes one cell', text: 'abc', cells: 3 },
  { reason: 'an accent on top takes none', text: 'e\u0301', cells: 1 },
  { reason: 'a Chinese character takes two', text: '日本', cells: 4 },
  { reason: 'an emoji of several parts takes two', text: '👩‍💻', cells: 2 },
  { reason: 'a flag takes two', text: '🇩🇪', cells: 2 },
  { reason: 'a colour takes none', text: '\x1b[32mok\x1b[39m', cells: 2 },
];

describe('a table', () => {
  for (const { reason, text, cells } of WIDTHS)
    it(`counts cells: ${reason}`, () => assert.equal(displayWidth(text), cells));

  it('aligns by cells and ends no line with spaces', () => {
    assert.equal(
      renderTable([
        ['日本', 'x', ''],
        ['a', '\x1b[31myy\x1b[39m', 'z'],
      ]),
      '日本   x\na      \x1b[31myy\x1b[39m   z\n',
    );
  });

  it('cuts a line in cells and says so', () => {
    assert.equal(truncate('日本語', 5), '日本…');
    assert.equal(truncate('abc', 3), 'abc');
  });
});

const SCREENS: readonly {
  reason: string;
  before: readonly string[];
  now: readonly string[];
  fresh: readonly string[];
}[] = [
  { reason: 'lines at the end', before: ['a', 'b'], now: ['a', 'b', 'c'], fresh: ['c'] },
  { reason: 'nothing', before: ['a', 'b'], now: ['a', 'b'], fresh: [] },
  { reason: 'a last line that grew', before: ['a', 'b'], now: ['a', 'bb'], fresh: ['bb'] },
  { reason: 'lines after the oldest were dropped', before: ['a', 'b', 'c'], now: ['b', 'c', 'd'], fresh: ['d'] },
  { reason: 'everything when the screen was cleared', before: ['a', 'b'], now: ['x'], fresh: ['x'] },
  { reason: 'everything at first', before: [], now: ['x'], fresh: ['x'] },
];

describe('following a screen', () => {
  for (const { reason, before, now, fresh } of SCREENS)
    it(`prints ${reason}`, () => assert.deepEqual(freshLines(before, now), fresh));
});

describe("a line of the controller's log", () => {
  it('is plain for a person', () => {
    const line = JSON.stringify({
      level: 'info',
      time: '2030-01-31T18:00:00.123Z',
      key: 'Agent/builder',
      action: 'CreateSession',
      reason: 'SessionGone',
      why: 'its session\x1b[2J is gone',
      result: 'Done',
      msg: 'action done',
    });
    assert.equal(
      renderLogLine(line, createPaint(false)),
      '2030-01-31 18:00:00 info  agent/builder  action done  CreateSession (SessionGone)  its session\\x1b[2J is gone  result=Done',
    );
  });

  it('stays as it is when it is no JSON', () => {
    assert.equal(renderLogLine('half a {', createPaint(false)), 'half a {');
  });
});
