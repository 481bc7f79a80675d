import { didYouMean } from '#api/suggest.ts';

import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import { readSelection } from '../find-objects.ts';
import { checkJsonPath } from '../json-path.ts';
import type { WaitGoal, WaitOptions } from '../wait-for.ts';

/** `ccci wait`. */
export const wait = defineCommand<WaitOptions>({
  summary: 'wait until an object is in a state',
  usage: [
    'wait KIND/NAME... --for=condition=TYPE[=STATUS] | --for=delete | --for=jsonpath=PATH[=VALUE] [--timeout 30s]',
  ],
  details: `
An object that does not exist yet is waited for. Exit code 3 when the time is over.`,
  flags: {
    for: {
      value: 'GOAL',
      help: 'condition=Ready, condition=Ready=False, delete, jsonpath=PATH or jsonpath=PATH=VALUE',
    },
    timeout: { value: 'DURATION', help: 'how long to wait; 30s when not given' },
  },
  completes: 'Objects',
  examples: [
    { does: 'until an agent runs', line: 'wait agent/builder --for=condition=Ready --timeout 2m' },
    { does: 'until all phases are done', line: 'wait sequence/main --for=condition=Complete --timeout 72h' },
    { does: 'until an agent is gone', line: 'wait agent/builder --for=delete' },
    { does: 'until a field has a value', line: `wait vm/cc-nix-test --for='jsonpath={.status.power}=Running'` },
  ],
  options(parsed) {
    const selection = readSelection(parsed.words);
    if (!('keys' in selection)) throw usageError('a name is missing', 'name an object, such as agent/builder');
    const goal = parsed.text('for');
    if (goal === undefined) throw usageError('--for is missing', 'say what to wait for: --for=condition=Ready');
    return { keys: selection.keys, goal: readGoal(goal), timeoutMs: durationOption(parsed, 'timeout', 30_000) };
  },
  async run(options, context) {
    const { waitFor } = await import('../wait-for.ts');
    return waitFor(options, context);
  },
});

const STATUSES = ['True', 'False', 'Unknown'];

function readGoal(text: string): WaitGoal {
  if (text === 'delete') return { what: 'delete' };
  const [, type, given = 'True'] = /^condition=([A-Za-z]+)(?:=([A-Za-z]+))?$/.exec(text) ?? [];
  if (type !== undefined) {
    const status = STATUSES.find((one) => one.toLowerCase() === given.toLowerCase());
    if (status === undefined)
      throw usageError(`a condition must be True, False or Unknown, not ${JSON.stringify(given)}`);
    return { what: 'condition', type, status };
  }
  const [, braced, bare, value] = /^jsonpath=(?:(\{.*\})|([^={}]+))(?:=(.*))?$/s.exec(text) ?? [];
  const path = braced ?? bare;
  if (path === undefined)
    throw usageError(
      `could not read --for=${text}`,
      didYouMean(text.split('=')[0] ?? '', ['condition', 'delete', 'jsonpath']) ??
        'write --for=condition=Ready, --for=delete or --for=jsonpath=PATH=VALUE',
    );
  return { what: 'jsonpath', path: checkJsonPath(path), value };
}
