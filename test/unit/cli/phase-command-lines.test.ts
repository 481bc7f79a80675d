import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { CliError } from '#cli/cli-error.ts';
import { phase } from '#cli/commands/phase.ts';
import { timeline } from '#cli/commands/timeline.ts';
import { GLOBAL_FLAGS, parseFlags } from '#cli/flags.ts';

function optionsOf([name, ...argv]: readonly string[]): unknown {
  const command = name === 'phase' ? phase : timeline;
  return command.options(parseFlags(argv, { ...GLOBAL_FLAGS, ...command.flags }));
}

const READ: readonly { reason: string; line: readonly string[]; options: unknown }[] = [
  {
    reason: 'phases are listed without a word',
    line: ['phase'],
    options: { does: 'List', sequence: undefined, output: 'table' },
  },
  {
    reason: 'an order about a phase has its reason',
    line: ['phase', 'set', '2', '--why', ' by hand ', '--sequence', 'docs'],
    options: { does: 'Order', verb: 'Set', phase: '2', sequence: 'docs', why: 'by hand' },
  },
  {
    reason: 'the current phase needs no name',
    line: ['phase', 'advance', '--why', 'by hand'],
    options: { does: 'Order', verb: 'Advance', phase: undefined, sequence: undefined, why: 'by hand' },
  },
  {
    reason: 'a timeline is of all sequences',
    line: ['timeline', '-o', 'json'],
    options: { sequence: undefined, output: 'json' },
  },
];

const REFUSED: readonly { reason: string; line: readonly string[]; message: RegExp }[] = [
  { reason: 'an order without a reason', line: ['phase', 'advance'], message: /needs a reason: --why TEXT/ },
  { reason: 'a blank reason', line: ['phase', 'set', '2', '--why', ' '], message: /needs a reason: --why TEXT/ },
  { reason: 'a long reason', line: ['phase', 'set', '2', '--why', 'x'.repeat(501)], message: /at most 500 characters/ },
  { reason: 'an unknown order', line: ['phase', 'back', '--why', 'x'], message: /there is no "phase back"/ },
  { reason: 'a missing phase', line: ['phase', 'reopen', '--why', 'x'], message: /a phase is missing/ },
  { reason: 'a name to advance', line: ['phase', 'advance', '2', '--why', 'x'], message: /takes no name/ },
  { reason: 'two phases', line: ['phase', 'set', '2', '3', '--why', 'x'], message: /expected one phase/ },
  { reason: 'a list with a name', line: ['phase', 'list', '2'], message: /takes no argument/ },
  { reason: 'a timeline with a word', line: ['timeline', 'main'], message: /takes no argument/ },
];

describe('command lines about phases', () => {
  for (const { reason, line, options } of READ) {
    it(`are read: ${reason}`, () => assert.deepEqual(optionsOf(line), options));
  }
  for (const { reason, line, message } of REFUSED) {
    it(`are refused with exit code 2: ${reason}`, () => {
      assert.throws(
        () => optionsOf(line),
        (error) => error instanceof CliError && error.code === 2 && message.test(error.message),
      );
    });
  }
});
