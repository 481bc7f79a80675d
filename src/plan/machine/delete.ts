import { FINALIZER } from '../action.ts';
import { doNow, waitFor, type Decision } from '../plan.ts';
import { approvalFor } from './approval.ts';
import { change, instanceOf, isOurs, OPERATION_LOOK_MS, POLL_MS, type MachineCase } from './machine-case.ts';
import { protectedDisk } from './recreate.ts';

/** Which deletion a person's approval is for: of the very disk that is there. */
export function deletionId(uuid: string | undefined): string {
  return `delete-${uuid ?? ''}`;
}

/** Lets a deleted object go: the instance is left as it is, or goes with it when its manifest and a person both say so. */
export function planDeletion(at: MachineCase): Decision | undefined {
  const { machine, seen } = at;
  if (machine.metadata.deletionTimestamp === undefined) return undefined;
  const instance = instanceOf(at);
  const isOrphan = machine.spec.deletionPolicy === 'Orphan' || machine.operator?.['orphan'] !== undefined;
  if (isOrphan) return finalize(at, 'it was deleted; the instance is left as it is');
  if (seen.instance.state === 'unknown') return undefined;
  if (instance === undefined || !isOurs(at, instance)) return finalize(at, 'it was deleted, and so is its instance');
  const uuid = instance.config['volatile.uuid'];
  const approval = approvalFor(at, deletionId(uuid));
  if (approval === undefined || uuid === undefined) {
    const message = `its disk would be deleted with it; run "ccci approve vm/${machine.metadata.name}", or delete it with --orphan`;
    return waitFor('NeedsApproval', message, { needsPerson: true, requeueAfterMs: POLL_MS });
  }
  const locked = protectedDisk(at);
  if (locked !== undefined) return locked;
  if (instance.status !== 'Stopped') {
    const message = `it was deleted, and ${approval.by} approved that its disk goes`;
    return change(at, { action: 'stop', reason: 'Deleted', message, blast: 'restart VM', force: true });
  }
  const { project } = machine.spec;
  const why = { reason: 'Deleted', message: `${approval.by} approved it`, blast: 'recreate VM: wipes disk' } as const;
  return doNow(
    [{ type: 'WipeInstance', ...why, project, name: instance.name, uuid, operation: approval.id }],
    OPERATION_LOOK_MS,
  );
}

function finalize({ machine }: MachineCase, message: string): Decision {
  const why = { reason: 'Deleted', message, blast: 'none' } as const;
  return doNow([{ type: 'Finalize', ...why, key: `VirtualMachine/${machine.metadata.name}`, finalizer: FINALIZER }]);
}
