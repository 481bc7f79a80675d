import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import { deletionId } from '#plan/machine/delete.ts';

import { pokeController } from './ask-controller.ts';
import { CliError } from './cli-error.ts';
import { confirm } from './confirm.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { requireReadable } from './find-objects.ts';
import { changeOrders, newOrder, newOrderOnce, refuseAgents } from './give-order.ts';
import { printable } from './printable.ts';

/** How long an approval holds when nothing else is said. */
const APPROVAL_MS = 3_600_000;

/** What a person says with an order about a machine. */
export type MachineOrder = {
  readonly name: string;
  readonly why: string | undefined;
  readonly isYes: boolean;
  readonly now: boolean;
};

/** Approves the recreate, or the deletion, that the machine asks for: for this generation and this failure only. */
export async function approveMachine(order: MachineOrder, context: Context): Promise<ExitCode> {
  const machine = await ready(order, context);
  const isDeleted = machine.metadata.deletionTimestamp !== undefined;
  const failure = isDeleted ? deletionId(machine.status?.uuid) : machine.status?.failure?.id;
  if (failure === undefined)
    throw new CliError(`nothing to approve: virtual machine "${order.name}" asks for nothing`, {
      hint: `"ccci vm status ${order.name}" says how it is; "ccci vm recreate ${order.name}" makes it anew all the same`,
    });
  context.terminal.err(lossText(machine, isDeleted ? 'Deleting' : 'Making anew'));
  await confirm(context, order.name, order.isYes);
  const until = new Date(context.now() + APPROVAL_MS).toISOString();
  const approve = {
    ...newOrderOnce(context, { why: order.why, until }),
    failure,
    generation: machine.metadata.generation ?? 0,
  };
  await give(order, context, (orders) => ({ ...orders, approve }));
  context.terminal.out(`vm/${order.name} approved until ${until}\n`);
  return EXIT.ok;
}

/** Orders that the machine is made anew, which wipes its disk. */
export async function recreateMachine(order: MachineOrder, context: Context): Promise<ExitCode> {
  const machine = await ready(order, context);
  context.terminal.err(lossText(machine, 'Making anew'));
  await confirm(context, order.name, order.isYes);
  const recreate = newOrderOnce(context, { why: order.why });
  await give(order, context, (orders) => ({ ...orders, recreate }));
  context.terminal.out(`vm/${order.name} is made anew\n`);
  return EXIT.ok;
}

/** Orders a restart; `now` does not wait for the guest to end politely. */
export async function restartMachine(order: MachineOrder, context: Context): Promise<ExitCode> {
  await ready(order, context);
  const restart = { ...newOrderOnce(context, { why: order.why }), ...(order.now ? { now: true } : {}) };
  await give(order, context, (orders) => ({ ...orders, restart }));
  context.terminal.out(`vm/${order.name} is restarted\n`);
  return EXIT.ok;
}

/** Orders a backup that is kept as a file of the controller. */
export async function backUpMachine(order: MachineOrder, context: Context): Promise<ExitCode> {
  await ready(order, context);
  const backup = newOrder(context, { why: order.why });
  await give(order, context, (orders) => ({ ...orders, backup: { ...newOrderOnce(context, {}), ...backup } }));
  context.terminal.out(`vm/${order.name} is backed up; "ccci vm status ${order.name}" says where\n`);
  return EXIT.ok;
}

async function ready({ name }: MachineOrder, context: Context): Promise<VirtualMachineObject> {
  await refuseAgents(context);
  const store = await context.openStore();
  const { decodeObject } = await import('#api/decode.ts');
  const decoded = decodeObject(await requireReadable(`VirtualMachine/${name}`, store));
  if ('unreadable' in decoded) throw new CliError(`virtual machine "${name}" can not be read: ${decoded.unreadable}`);
  return decoded.object as VirtualMachineObject;
}

async function give(
  { name }: MachineOrder,
  context: Context,
  change: Parameters<typeof changeOrders>[2],
): Promise<void> {
  const key = `VirtualMachine/${name}` as const;
  await changeOrders(key, await context.openStore(), change);
  await pokeController(context, [key]);
}

// Before a person turns the second key: what is there, what goes, and what stays of it.
function lossText({ metadata, spec, status }: VirtualMachineObject, verb: string): string {
  const kept = {
    Export: 'a backup is fetched to this machine and read back before anything is touched',
    Keep: 'the old instance is kept under another name',
    None: 'NOTHING IS KEPT: its manifest says beforeRecreate.backup: None',
  } as const;
  const isDeletion = metadata.deletionTimestamp !== undefined;
  const lines = [
    `${verb} virtual machine "${metadata.name}" wipes its disk.`,
    `  instance   ${spec.instance} in project ${spec.project} (${status?.power ?? 'not looked at yet'})`,
    `  identity   ${status?.uuid ?? 'unknown'}`,
    ...(status?.failure === undefined ? [] : [`  because    ${status.failure.message}`]),
    `  backup     ${isDeletion ? 'NOTHING IS KEPT: it is deleted' : kept[spec.beforeRecreate.backup]}`,
    `  afterwards ${isDeletion ? 'it is gone' : `${String(spec.preconditions.length)} preconditions are applied, and its agents are told`}`,
  ];
  return `${lines.map((line) => printable(line)).join('\n')}\n`;
}
