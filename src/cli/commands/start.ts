import type { ObjectKey } from '#api/key.ts';

import { agentKey } from '../agent-word.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';

/** The options of `ccci start`. No keys: the whole crew. */
export type StartOptions = { readonly keys: readonly ObjectKey[] };

/** `ccci start`. */
export const start = defineCommand<StartOptions>({
  summary: 'let a stopped crew or agent go on',
  usage: ['start [AGENT...]'],
  details: `
Without a name it lifts the order that stopped the crew, and those that stopped single agents. Agents go
on where they were. Interactive agents are started by a person, never by ccci.`,
  flags: {},
  completes: 'Agents',
  examples: [
    { does: 'the whole crew', line: 'start' },
    { does: 'one agent', line: 'start builder' },
  ],
  options(parsed) {
    return { keys: parsed.words.map(agentKey) };
  },
  async run({ keys }, context) {
    const { liftStop } = await import('../stop-order.ts');
    await liftStop(keys, context);
    return EXIT.ok;
  },
});
