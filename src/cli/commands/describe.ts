import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { readSelection, type Selection } from '../find-objects.ts';

/** The options of `ccci describe`. */
export type DescribeOptions = { readonly selection: Selection };

/** `ccci describe`. */
export const describe = defineCommand<DescribeOptions>({
  summary: 'tell all about an object, for a person',
  usage: ['describe KIND/NAME...', 'describe KIND [NAME...]'],
  details: `What it is, what a person ordered, its conditions, what belongs to it, and its last events.`,
  flags: {},
  completes: 'Kinds',
  examples: [
    { does: 'one agent', line: 'describe agent/builder' },
    { does: 'all gates', line: 'describe gates' },
  ],
  options(parsed) {
    return { selection: readSelection(parsed.words) };
  },
  async run({ selection }, context) {
    const { describeObjects } = await import('../describe-objects.ts');
    context.terminal.out(await describeObjects(selection, context));
    return EXIT.ok;
  },
});
