import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CcciError, PreconditionFailed, TerminalError, UnknownError } from '#api/errors.ts';

test('an error keeps its cause, its hint and the values that it quotes', () => {
  const cause = new Error('ENOENT');
  const error = new TerminalError('PromptMissing', 'could not read "p.md"', {
    cause,
    hint: 'create it',
    facts: { file: 'p.md' },
  });
  assert.equal(error.name, 'TerminalError');
  assert.equal(error.reason, 'PromptMissing');
  assert.equal(error.cause, cause);
  assert.equal(error.hint, 'create it');
  assert.deepEqual(error.facts, { file: 'p.md' });
});

test('each error is told by its class, not by its text', () => {
  for (const error of [
    new PreconditionFailed('x'),
    new UnknownError('TmuxUnknown', 'x'),
    new TerminalError('A', 'x'),
  ]) {
    assert.ok(error instanceof CcciError);
    assert.equal(error.name, error.constructor.name);
    assert.equal('cause' in error, false);
  }
});
