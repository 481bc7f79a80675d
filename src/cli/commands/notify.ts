import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import type { NotifyTestOptions } from '../test-notifiers.ts';

/** `ccci notify`. */
export const notify = defineCommand<NotifyTestOptions>({
  summary: 'send a test message now',
  usage: ['notify test [NAME]'],
  details: `
Sends a test message through one notifier, or through all, the way every message goes, and says how it went.
Nothing is tried again. Exit code 1 when one of them failed.`,
  flags: {},
  examples: [
    { does: 'try all notifiers', line: 'notify test' },
    { does: 'try one', line: 'notify test operator' },
  ],
  options(parsed) {
    const [verb, word, extra] = parsed.words;
    if (verb !== 'test') throw usageError('the word "test" is missing', 'such as: ccci notify test operator');
    if (extra !== undefined) throw usageError(`expected one notifier, but was also given ${JSON.stringify(extra)}`);
    return { name: word?.replace(/^notifiers?\//i, '') };
  },
  async run(options, context) {
    const { testNotifiers } = await import('../test-notifiers.ts');
    return testNotifiers(options, context);
  },
});
