import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { machineWord } from '../machine-word.ts';
import { WHY_FLAG } from '../order-flags.ts';
import type { MachineOrder } from '../machine-orders.ts';

/** `ccci approve`. */
export const approve = defineCommand<MachineOrder>({
  summary: 'approve what a machine asks for before its disk is wiped',
  usage: ['approve vm/NAME [--why TEXT] [--yes]'],
  details: `
It says what will be lost, and asks. The approval is for exactly what is wrong now and for the manifest as
it is: another failure or another manifest needs another one. It is used up by one recreate, and ends by
itself after an hour. An agent may not approve.`,
  flags: { ...WHY_FLAG, yes: { help: 'do not ask; needed where there is no terminal' } },
  completes: 'Objects',
  examples: [{ does: 'after looking at the machine', line: 'approve vm/cc-nix-test' }],
  options(parsed) {
    const [word, extra] = parsed.words;
    if (word === undefined) throw usageError('a machine is missing', 'such as: ccci approve vm/cc-nix-test');
    if (extra !== undefined) throw usageError(`expected one machine, but was also given ${JSON.stringify(extra)}`);
    return { name: machineWord(word), why: parsed.text('why'), isYes: parsed.has('yes'), now: false };
  },
  async run(order, context) {
    const { approveMachine } = await import('../machine-orders.ts');
    return approveMachine(order, context);
  },
});
