import type { ObjectKey } from '#api/key.ts';
import type { PhaseOrder } from '#api/operator.ts';
import type { Store } from '#store/store.ts';

import { pokeController } from './ask-controller.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { isReadable } from './is-readable.ts';
import { changeOrders, newOrderOnce, refuseAgents } from './give-order.ts';
import { printable } from './printable.ts';
import { pendingOrderOf, readPhases, type PhaseView } from './read-phases.ts';

/** An order about a phase as it was written. */
export type PhaseOrderOptions = {
  readonly verb: PhaseOrder['verb'];
  /** Name or id; undefined: the current one. */
  readonly phase: string | undefined;
  readonly sequence: string | undefined;
  readonly why: string;
};

/** Stores the order on the sequence, which carries it out. Throws when it can not be, with what to do. */
export async function orderPhase(options: PhaseOrderOptions, context: Context): Promise<ExitCode> {
  await refuseAgents(context);
  const store = await context.openStore();
  const phases = await readPhases(store, options.sequence);
  const phase = options.phase === undefined ? currentOf(phases) : findPhase(options.phase, phases);
  refuse(options.verb, phase);
  const key: ObjectKey = `Sequence/${phase.sequence}`;
  await refusePending(key, store);
  const order = newOrderOnce(context, { why: options.why });
  await changeOrders(key, store, (orders) => ({
    ...orders,
    phase: { ...order, verb: options.verb, phase: phase.name },
  }));
  context.terminal.out(printable(`sequence/${phase.sequence} ${sayOrder(options.verb, phase)}`) + '\n');
  for (const line of consequences(options.verb, phase, phases)) context.terminal.err(printable(line) + '\n');
  await pokeController(context, [key]);
  return EXIT.ok;
}

function currentOf(phases: readonly PhaseView[]): PhaseView {
  const current = phases.filter(({ state }) => state === 'Current');
  const [only, other] = current;
  if (other !== undefined) {
    const names = current.map(({ sequence }) => sequence).join(', ');
    throw new CliError('there is more than one sequence with a current phase', {
      hint: `choose one with --sequence: ${names}`,
    });
  }
  if (only !== undefined) return only;
  const isComplete = phases.length > 0 && phases.every(({ state }) => state === 'Done');
  throw new CliError('no phase is current', {
    hint: isComplete
      ? 'every phase is done; "ccci phase reopen PHASE" opens one again'
      : 'the controller has not looked at the phases yet; start it with "ccci run"',
  });
}

function findPhase(word: string, phases: readonly PhaseView[]): PhaseView {
  const named = phases.find(({ name }) => name === word);
  const [byId, another] = named === undefined ? phases.filter(({ id }) => id === word) : [named];
  if (another !== undefined)
    throw new CliError(`more than one phase has the id ${JSON.stringify(word)}`, {
      hint: 'choose the sequence with --sequence',
    });
  if (byId !== undefined) return byId;
  const names = phases.map(({ name }) => name);
  const others = names.length === 0 ? undefined : `there are ${names.join(', ')}`;
  throw new CliError(`there is no phase ${JSON.stringify(word)}`, { hint: others });
}

function refuse(verb: PhaseOrder['verb'], { name, state }: PhaseView): void {
  if (state === 'Unknown')
    throw new CliError(`the controller has not looked at phase "${name}" yet`, { hint: 'start it with "ccci run"' });
  if (verb === 'Set' && state === 'Current') throw new CliError(`phase "${name}" is the current one already`);
  if (verb === 'Reopen' && state !== 'Done')
    throw new CliError(`phase "${name}" is not done, so it can not be opened again`, {
      hint: state === 'Current' ? 'it is the current one' : `"ccci phase set ${name}" makes it the current one`,
    });
}

async function refusePending(key: ObjectKey, store: Store): Promise<void> {
  const sequence = await store.get(key);
  const pending = sequence === undefined || !isReadable(sequence) ? undefined : pendingOrderOf(sequence);
  if (pending === undefined) return;
  throw new CliError(
    `an order of ${String(pending['by'])} about phase "${String(pending['phase'])}" was not carried out yet`,
    { hint: 'wait for the controller, or start it with "ccci run"' },
  );
}

function sayOrder(verb: PhaseOrder['verb'], { name }: PhaseView): string {
  return {
    Advance: `phase "${name}" is done`,
    Reopen: `phase "${name}" is opened again`,
    Set: `phase "${name}" is current`,
  }[verb];
}

function consequences(verb: PhaseOrder['verb'], phase: PhaseView, phases: readonly PhaseView[]): readonly string[] {
  const open = phases.filter((one) => one.sequence === phase.sequence && one.state !== 'Done');
  if (verb === 'Advance') {
    const next = open.find(({ name }) => name !== phase.name);
    return [
      next === undefined ? 'note: it was the last one; the sequence is complete' : `note: phase "${next.name}" is next`,
    ];
  }
  const earlier = open.filter(({ order }) => order < phase.order).map(({ name }) => `"${name}"`);
  if (earlier.length === 0) return [];
  const names = earlier.join(', ');
  return [verb === 'Set' ? `note: ${names} counts as done by this order` : `note: its turn comes after ${names}`];
}
