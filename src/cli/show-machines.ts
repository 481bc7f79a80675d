import { findCondition } from '#api/conditions.ts';
import { decodeObject } from '#api/decode.ts';
import { formatSpan, fromIso } from '#api/time.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import { isUnreadable } from '#store/store.ts';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { printable } from './printable.ts';
import { renderTable } from './render-table.ts';

/** The options of `ccci vm status`. */
export type MachineListOptions = { readonly name: string; readonly output: 'table' | 'json' | 'yaml' };

/** Prints machines: power, health, and whatever is under way or stands in the way. */
export async function showMachines({ name, output }: MachineListOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const all = await readMachines(context);
  const machines = name === '' ? all : all.filter(({ metadata }) => metadata.name === name);
  if (name !== '' && machines.length === 0)
    throw new CliError(`there is no virtual machine ${JSON.stringify(name)}`, {
      hint: all.length === 0 ? undefined : `there are ${all.map(({ metadata }) => metadata.name).join(', ')}`,
    });
  const shown = machines.map(({ metadata, status }) => ({ name: metadata.name, ...status }));
  if (output === 'json') terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
  if (output === 'yaml') {
    const { renderYaml } = await import('#load/render-yaml.ts');
    terminal.out(renderYaml(shown));
  }
  if (output !== 'table') return EXIT.ok;
  if (machines.length === 0) terminal.err('there is no virtual machine\n');
  terminal.out(machines.map((machine) => machineText(machine, context.now())).join('\n'));
  return EXIT.ok;
}

async function readMachines(context: Context): Promise<readonly VirtualMachineObject[]> {
  const store = await context.openStore();
  const objects = await store.list('VirtualMachine');
  return objects.flatMap((stored) => {
    const decoded = isUnreadable(stored) ? undefined : decodeObject(stored);
    return decoded !== undefined && 'object' in decoded && decoded.object.kind === 'VirtualMachine'
      ? [decoded.object]
      : [];
  });
}

type Row = readonly [string, string];

function machineText(machine: VirtualMachineObject, nowMs: number): string {
  const rows = [...mainRows(machine), ...operationRows(machine.status, nowMs), ...detailRows(machine.status)];
  const body = rows.map((row) => row.map(printable));
  return `${printable(`vm ${machine.metadata.name}`)}\n${renderTable(body, '  ')}`;
}

function mainRows({ spec, status }: VirtualMachineObject): readonly Row[] {
  const { status: is = 'Unknown', reason = '', message = '' } = findCondition(status?.conditions ?? [], 'Ready') ?? {};
  const power = status?.power ?? 'not looked at yet';
  const insecure: Row = ['INSECURE', 'nobody checks who the server is; set fingerprint or caFile'];
  return [
    ['instance', `${spec.instance} in project ${spec.project}: ${power}`],
    ['ready', `${is} ${reason}${message === '' ? '' : `: ${message}`}`],
    ...(spec.server.insecure === true ? [insecure] : []),
  ];
}

function detailRows(status: VirtualMachineObject['status']): readonly Row[] {
  if (status === undefined) return [];
  const config = findCondition(status.conditions, 'ConfigCurrent');
  const foreign = status.foreignKeys ?? [];
  return [
    ...(config?.status === 'False' ? [['differs', config.message] as const] : []),
    ...(foreign.length === 0 ? [] : [['not ours', `${foreign.join(', ')} (left as they are)`] as const]),
    ...status.probes.map((probe) => ['probe', probeWords(probe)] as const),
    ...status.preconditions.map((step) => ['condition', preconditionWords(step)] as const),
    ...status.backups.map(({ at, kind, place }) => ['backup', `${at} ${kind} ${place}`] as const),
  ];
}

type Status = NonNullable<VirtualMachineObject['status']>;

function operationRows(status: VirtualMachineObject['status'], nowMs: number): readonly Row[] {
  const operation = status?.operation;
  if (operation === undefined) return [];
  const kind = operation.detail?.['kind'];
  const what = typeof kind === 'string' ? `${kind.toLowerCase()}, step ${operation.step}` : operation.step;
  const forMs = nowMs - (fromIso(operation.startedAt) ?? nowMs);
  return [['under way', `${what}, for ${formatSpan(Math.max(0, Math.round(forMs / 1000) * 1000))}`]];
}

function probeWords({ name, ok, failures, message }: Status['probes'][number]): string {
  return ok ? `${name}: ${message || 'healthy'}` : `${name}: FAILS (${String(failures)} in a row): ${message}`;
}

function preconditionWords({ name, state, message }: Status['preconditions'][number]): string {
  return `${name}: ${state.toLowerCase()}${message === undefined ? '' : `: ${message}`}`;
}
