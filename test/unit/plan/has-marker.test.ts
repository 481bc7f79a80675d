import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { hasMarker, textUnder } from '#plan/has-marker.ts';

const rows: readonly { text: string; has: boolean; reason: string }[] = [
  { text: '# Status\n\n## DONE\n', has: true, reason: 'a line begins with it' },
  { text: '## DONE: all of it', has: true, reason: 'more may follow on the line' },
  { text: '## DONE', has: true, reason: 'the last line needs no newline' },
  { text: 'a\r\n## DONE\r\n', has: true, reason: 'Windows line ends are line ends' },
  { text: ' ## DONE', has: false, reason: 'it must begin the line' },
  { text: '> ## DONE', has: false, reason: 'a quote is somebody else speaking' },
  { text: 'we are ## DONE', has: false, reason: 'in the middle of a line it is talk' },
  { text: '## Done', has: false, reason: 'case counts' },
  { text: '```\n## DONE\n```\n', has: false, reason: 'inside a fence it is an example' },
  { text: '~~~md\n## DONE\n~~~\n', has: false, reason: 'tildes fence too' },
  { text: '````\n```\n## DONE\n```\n````\n', has: false, reason: 'a shorter fence does not end a longer one' },
  { text: '```\nx\n```\n## DONE\n', has: true, reason: 'after the fence it counts' },
  { text: '```\n## DONE\n', has: false, reason: 'a fence that never ends hides the rest' },
  { text: '', has: false, reason: 'nothing says nothing' },
  { text: '\uFEFF## DONE\n', has: true, reason: 'a byte order mark is no part of the line' },
  { text: '\uFEFF\uFEFF## DONE\n', has: false, reason: 'only the first one is a mark' },
  { text: 'a\r## DONE\r', has: true, reason: 'old Macintosh line ends are line ends' },
  { text: '## DONE all of it, see REVIEW-1.md', has: true, reason: 'more words may follow' },
  { text: '## DONE — 2026-03-01', has: true, reason: 'a dash and a date may follow' },
  { text: '## DONENESS', has: false, reason: 'a longer word is another word' },
  { text: '## DONE_1', has: false, reason: 'an underscore belongs to the word' },
  { text: '### DONE', has: false, reason: 'another level is another heading' },
  { text: '    ## DONE', has: false, reason: 'indented code does not begin the line' },
  { text: '\t## DONE', has: false, reason: 'a tab is indentation' },
  { text: '>## DONE', has: false, reason: 'a quote needs no space' },
  { text: '- ## DONE', has: false, reason: 'a list item is not the start of a line' },
  { text: '> ```\n## DONE\n', has: true, reason: 'a fence in a quote ends with the quote' },
  { text: '   ```\n## DONE\n   ```', has: false, reason: 'a fence may be indented by three' },
  { text: '    ```\n## DONE\n', has: true, reason: 'indented by four it is code, not a fence' },
  { text: '```\n    ```\n## DONE\n```', has: false, reason: 'a closing fence may not be indented by four' },
  { text: '```sh title="a"\n## DONE\n```', has: false, reason: 'a fence may say what is in it' },
  { text: '```a`b\n## DONE\n', has: true, reason: 'a backtick behind the fence makes it code within a line' },
  { text: '~~~a`b\n## DONE\n~~~', has: false, reason: 'behind tildes a backtick is allowed' },
  { text: '```\n``` not the end\n## DONE\n```', has: false, reason: 'a closing fence stands alone' },
  { text: '```\n```   \n## DONE\n', has: true, reason: 'spaces may stand behind a closing fence' },
  { text: '```\n~~~\n## DONE\n```', has: false, reason: 'the other character ends nothing' },
  { text: '```\n`````\n## DONE\n', has: true, reason: 'a longer fence ends a shorter one' },
  { text: '``\n## DONE\n``', has: true, reason: 'two backticks are no fence' },
  { text: '<!--\n## DONE\n-->', has: false, reason: 'in a comment nobody says it' },
  { text: '<!-- ## DONE -->', has: false, reason: 'a comment on one line, too' },
  { text: '<!-- a -->\n## DONE\n', has: true, reason: 'after the comment it counts' },
  { text: 'text <!-- a\n## DONE\n--> b', has: false, reason: 'a comment may begin within a line' },
  { text: 'text <!-- a\n## DONE\n', has: true, reason: 'within a line, what never ends is no comment' },
  { text: '<!-- a\n## DONE\n', has: false, reason: 'at the start of a line a comment hides all that follows' },
  { text: 'write `<!--` for a comment\n## DONE\n-->', has: true, reason: 'in code it begins no comment' },
  { text: '```\n<!--\n```\n## DONE\n', has: true, reason: 'a comment in a fence is an example' },
  { text: '<!--\n```\n-->\n## DONE\n', has: true, reason: 'a fence in a comment is none' },
  { text: '<pre>\n## DONE\n</pre>', has: false, reason: 'raw text is shown, not said' },
  { text: '<pre>a</pre>\n## DONE', has: true, reason: 'after the raw text it counts' },
  { text: '<presto>\n## DONE', has: true, reason: 'another tag is another tag' },
  { text: '## Not yet\n~~## DONE~~', has: false, reason: 'struck out it does not begin the line' },
];

describe('the done marker', () => {
  for (const { text, has, reason } of rows) {
    test(`${JSON.stringify(text)} ${has ? 'has' : 'has not'} it: ${reason}`, () => {
      assert.equal(hasMarker(text, '## DONE'), has);
    });
  }
});

test('a hostile file is read in no time', () => {
  const long = 1024 * 1024;
  for (const part of ['<!--', '`', '```\n', '.', ' ', '## Blocked ', '<pre>\n', '<!-- -->\n']) {
    const text = `## Blocked\n${part.repeat(long / part.length)}x`;
    assert.equal(hasMarker(text, '## Blocked'), true);
    assert.equal(typeof textUnder(text, '## Blocked', 500), 'string');
  }
});

const under: readonly { text: string; says: string | undefined; reason: string }[] = [
  { text: '# Status', says: undefined, reason: 'without the marker nothing is blocked' },
  { text: '## Blocked\n\nThe token is\nmissing.\n', says: 'The token is missing', reason: 'lines become one' },
  { text: '## Blocked: DNS\nNo zone.\n', says: 'DNS; No zone', reason: 'what stands behind the marker comes first' },
  { text: '## Blocked - on DNS', says: 'on DNS', reason: 'a dash is no part of the text' },
  { text: '## Blocked\n### Why\nx', says: '', reason: 'any heading ends it' },
  {
    text: '## Blocked\na\n```\n# not a heading\n```\nb',
    says: 'a ``` # not a heading ``` b',
    reason: 'code belongs to it',
  },
  { text: '## Blocked\na <!-- secret\nstill --> b', says: 'a b', reason: 'comments are not told' },
  { text: '## Blocked\r\na\r\nb\r\n', says: 'a b', reason: 'Windows line ends are line ends' },
  {
    text: '## Blocked\na\u001b[31mb\u0007c\u202ed\u200be',
    says: 'a [31mb c d e',
    reason: 'nothing acts on a terminal',
  },
  { text: `## Blocked\n${'x'.repeat(30)}`, says: `${'x'.repeat(19)}…`, reason: 'it is cut' },
  { text: '## Blocked\n' + '😀'.repeat(30), says: `${'😀'.repeat(19)}…`, reason: 'no character is cut in two' },
  { text: '> ## Blocked\nno', says: undefined, reason: 'a quote is somebody else speaking' },
];

describe('the text under the blocked marker', () => {
  for (const { text, says, reason } of under) {
    test(`${JSON.stringify(text)} says ${JSON.stringify(says)}: ${reason}`, () => {
      assert.equal(textUnder(text, '## Blocked', 20 + (text.includes('```') ? 20 : 0)), says);
    });
  }
});
