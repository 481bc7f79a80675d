import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { hasMarker } from '#plan/has-marker.ts';

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
];

describe('the done marker', () => {
  for (const { text, has, reason } of rows) {
    test(`${JSON.stringify(text)} ${has ? 'has' : 'has not'} it: ${reason}`, () => {
      assert.equal(hasMarker(text, '## DONE'), has);
    });
  }
});
