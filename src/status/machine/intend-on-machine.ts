import { compact } from '#api/compact.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';

import { isoOf, type Pass } from '../pass.ts';
import { EMPTY } from './empty-status.ts';
import { intendRecreate } from './recreate-status.ts';

type MachinePass = Pass<VirtualMachineObject, VirtualMachineObservation>;

const RESTARTS_KEPT = 50;

/** Status with the act written into it before it is done; undefined for acts that may be repeated. */
export function intendOnMachine(pass: MachinePass, action: Action): VirtualMachineStatus | undefined {
  const before = pass.object.status ?? EMPTY;
  // What probes said about another disk says nothing about this one.
  if (action.type === 'CreateInstance') return { ...before, probes: [], requestId: action.request.requestId };
  if (action.type === 'ConsumeApproval') return intendRecreate(pass, action);
  if (action.type !== 'ChangeInstance' || action.change.action !== 'restart') return undefined;
  const order = action.reason === 'OperatorRestart' ? pass.object.operator?.restart?.id : undefined;
  return {
    ...before,
    ...compact({ handledRestart: order }),
    // What probes said before a restart says nothing about the machine after it.
    probes: [],
    // What a person orders, and the force that ends what was begun politely, use nothing of the ladder's budget.
    softRestarts:
      order === undefined && before.stopFailed === undefined
        ? [...before.softRestarts, isoOf(pass)].slice(-RESTARTS_KEPT)
        : before.softRestarts,
  };
}
