import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { readKey } from '../find-objects.ts';
import { outputFlag } from '../flags.ts';
import { outputOf } from '../output.ts';
import { noWords } from '../words.ts';
import type { EventsOptions } from '../list-events.ts';

const FORMS = ['table', 'json', 'yaml'] as const;

/** `ccci events`. */
export const events = defineCommand<EventsOptions>({
  summary: 'tell what happened',
  usage: ['events [--for KIND/NAME] [-n COUNT] [-w] [-o table|json|yaml]'],
  flags: {
    for: { value: 'KIND/NAME', help: 'only events about this object' },
    limit: { short: 'n', value: 'COUNT', help: 'the last so many' },
    watch: { short: 'w', help: 'go on and print new ones' },
    output: outputFlag(FORMS, 'table'),
  },
  examples: [
    { does: 'everything that is remembered, newest last', line: 'events' },
    { does: 'about one agent, and what comes', line: 'events --for agent/builder -w' },
    { does: 'for a script', line: 'events -n 20 -o json' },
  ],
  options(parsed) {
    noWords(parsed, 'events');
    const about = parsed.text('for');
    const limit = parsed.text('limit');
    if (limit !== undefined && !/^[1-9][0-9]{0,6}$/.test(limit))
      throw usageError(`option --limit must be a whole number from 1, not ${JSON.stringify(limit)}`);
    return {
      about: about === undefined ? undefined : readKey(about),
      watch: parsed.has('watch'),
      limit: limit === undefined ? undefined : Number(limit),
      output: outputOf(parsed, FORMS),
    };
  },
  async run(options, context) {
    const { listEvents } = await import('../list-events.ts');
    return listEvents(options, context);
  },
});
