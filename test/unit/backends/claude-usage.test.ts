import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addClaudeUsage, NO_CLAUDE_USAGE } from '#backends/claude-usage.ts';

function answer(id: string, [input, output]: readonly [number, number], more: object = {}) {
  const usage = { input_tokens: input, output_tokens: output, ...more };
  return { type: 'assistant', message: { id, usage } };
}

const rows = [
  { lines: [], tokens: 0, reason: 'nothing was said' },
  { lines: [answer('a', [1000, 12])], tokens: 1012, reason: 'what was sent and what was answered' },
  {
    lines: [answer('a', [1000, 12]), answer('a', [1000, 12]), answer('b', [500, 8])],
    tokens: 1520,
    reason: 'each block of a message repeats its usage',
  },
  {
    lines: [answer('a', [1000, 1]), answer('b', [10, 1]), answer('a', [1000, 12])],
    tokens: 1023,
    reason: 'a message that went on counts with what it came to',
  },
  {
    lines: [answer('a', [10, 5], { cache_creation_input_tokens: 100, cache_read_input_tokens: 90_000 })],
    tokens: 115,
    reason: 'what was read from the cache is the same text again',
  },
  {
    lines: [{ type: 'user', message: { content: 'x' } }, { type: 'assistant' }, { type: 'system' }],
    tokens: 0,
    reason: 'other lines use nothing',
  },
];

for (const { lines, tokens, reason } of rows) {
  test(`${tokens} tokens: ${reason}`, () => {
    assert.equal(lines.reduce(addClaudeUsage, NO_CLAUDE_USAGE).tokens, tokens);
  });
}
