import { isPoweredOn } from '#api/instance-power.ts';
import type { Operation } from '#api/operation.ts';
import { toIso } from '#api/time.ts';

import { doNow, type Decision } from '../plan.ts';
import { orderedRecreate } from './approval.ts';
import { backUp, forgetServerBackup } from './back-up.ts';
import { change, instanceOf, type MachineCase } from './machine-case.ts';
import { beginRecreate, openRecreate } from './recreate.ts';

/** Carries out what a person ordered of the machine: make it anew, back it up, restart it. Each once. */
export function carryOutOrders(at: MachineCase): Decision | undefined {
  if (instanceOf(at) === undefined || openRecreate(at) !== undefined) return undefined;
  return recreate(at) ?? beginBackup(at) ?? restart(at);
}

// A person's order to make it anew is its own approval; it was asked for what it means.
function recreate(at: MachineCase): Decision | undefined {
  const order = orderedRecreate(at);
  if (order === undefined) return undefined;
  return beginRecreate(at, order, { failure: order.id, message: `${order.by} ordered it` });
}

function beginBackup(at: MachineCase): Decision | undefined {
  const order = at.machine.operator?.backup;
  if (order === undefined || order.id === at.machine.status?.handledBackup) return undefined;
  const operation: Operation = {
    id: at.moment.id,
    step: 'BackUp',
    startedAt: toIso(at.moment.wallMs),
    deadline: toIso(at.moment.wallMs + 24 * 3_600_000),
    detail: { kind: 'Backup', backup: 'Export' },
  };
  const why = { reason: 'BackingUp', message: `${order.by} ordered it`, blast: 'none' } as const;
  return doNow([{ type: 'BeginBackup', ...why, operation, order: order.id }], 10);
}

/** The next act of a backup that a person ordered; it disturbs nothing. */
export function continueBackup(at: MachineCase): Decision | undefined {
  const { operation } = at.machine.status ?? {};
  if (operation?.detail?.['kind'] !== 'Backup' || instanceOf(at) === undefined) return undefined;
  return backUp(at, operation.id) ?? forgetServerBackup(at, operation.id);
}

function restart(at: MachineCase): Decision | undefined {
  const order = at.machine.operator?.restart;
  if (order === undefined || order.id === at.machine.status?.handledRestart) return undefined;
  const isUp = isPoweredOn(instanceOf(at)?.status);
  // One that does not run is started by its manifest; what was ordered is done by that.
  if (!isUp) return undefined;
  const message = `${order.by} ordered a restart`;
  return change(at, {
    action: 'restart',
    reason: 'OperatorRestart',
    message,
    blast: 'restart VM',
    force: order['now'] === true,
  });
}
