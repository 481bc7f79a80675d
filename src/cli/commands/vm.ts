import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { outputFlag } from '../flags.ts';
import { machineWord } from '../machine-word.ts';
import { WHY_FLAG } from '../order-flags.ts';
import { outputOf } from '../output.ts';
import type { MachineOrder } from '../machine-orders.ts';

const FORMS = ['table', 'json', 'yaml'] as const;
const VERBS = ['status', 'restart', 'recreate', 'backup'] as const;

/** The options of `ccci vm`. */
export type VmOptions = MachineOrder & {
  readonly verb: (typeof VERBS)[number];
  /** Every machine when it is empty; only for `status`. */
  readonly name: string;
  readonly output: (typeof FORMS)[number];
};

/** `ccci vm`. */
export const vm = defineCommand<VmOptions>({
  summary: 'show machines, restart one, back it up, or make it anew',
  usage: [
    'vm status [NAME] [-o table|json|yaml]',
    'vm restart NAME [--now] [--why TEXT]',
    'vm backup NAME [--why TEXT]',
    'vm recreate NAME [--why TEXT] [--yes]',
  ],
  details: `
status shows power, probes, differences from the manifest, preconditions, backups, and the step of what is
under way. restart asks the guest to end, with --now it does not wait for that. backup fetches a backup to
this machine and reads it back. recreate wipes the disk: it says what will be lost and asks first, keeps what
beforeRecreate says, and applies the preconditions to the new disk. An agent may not give these orders.`,
  flags: {
    ...WHY_FLAG,
    now: { help: 'restart at once, as pulling the plug' },
    yes: { help: 'do not ask; needed where there is no terminal' },
    output: outputFlag(FORMS, 'table'),
  },
  examples: [
    { does: 'all machines', line: 'vm status' },
    { does: 'keep a copy before a risky change', line: 'vm backup cc-nix-test' },
    { does: 'a new disk', line: 'vm recreate cc-nix-test --why "store is broken"' },
  ],
  options(parsed) {
    const [word, target, extra] = parsed.words;
    const verb = VERBS.find((one) => one === word);
    if (verb === undefined) throw usageError(`expected one of ${VERBS.join(', ')}, not ${JSON.stringify(word ?? '')}`);
    if (target === undefined && verb !== 'status')
      throw usageError('a machine is missing', `such as: ccci vm ${verb} cc-nix-test`);
    if (extra !== undefined) throw usageError(`expected one machine, but was also given ${JSON.stringify(extra)}`);
    const name = target === undefined ? '' : machineWord(target);
    const flags = { why: parsed.text('why'), isYes: parsed.has('yes'), now: parsed.has('now') };
    return { verb, name, ...flags, output: outputOf(parsed, FORMS) };
  },
  async run(options, context) {
    if (options.verb === 'status') {
      const { showMachines } = await import('../show-machines.ts');
      return showMachines(options, context);
    }
    const orders = await import('../machine-orders.ts');
    if (options.verb === 'restart') return orders.restartMachine(options, context);
    return options.verb === 'backup'
      ? orders.backUpMachine(options, context)
      : orders.recreateMachine(options, context);
  },
});
