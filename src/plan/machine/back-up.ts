import type { BackupView } from '#drivers/incus/backup.ts';

import type { Action } from '../action.ts';
import { doNow, waitFor, type Decision } from '../plan.ts';
import { OPERATION_LOOK_MS, POLL_MS, type MachineCase } from './machine-case.ts';

/** The next act towards a backup that is a whole file of the controller; undefined when it is. */
export function backUp(at: MachineCase, id: string): Decision | undefined {
  const { backup, serverBackup } = at.seen;
  if (backup?.state === 'known') return fetched(at, id, backup.value);
  const isSeen = backup?.state === 'absent' && serverBackup !== undefined && serverBackup.state !== 'unknown';
  if (!isSeen)
    return waitFor('ServerError', 'could not look at the backup; nothing is wiped without it', {
      requeueAfterMs: 5000,
    });
  if (serverBackup.state === 'known') return doNow([fetchBackup(at, id)], 500);
  const { path: _path, ...target } = fetchBackup(at, id);
  return doNow([{ ...target, type: 'BackUpInstance' }], OPERATION_LOOK_MS);
}

function fetched(at: MachineCase, id: string, { state, error = 'it is not whole' }: BackupView): Decision | undefined {
  if (state === 'Done') return undefined;
  if (state === 'Writing')
    return waitFor('BackingUp', 'the backup is being fetched and read back', { requeueAfterMs: 1000 });
  const message = `the backup can not be kept: ${error}; nothing is wiped without it`;
  const waiting = [{ reason: 'BackupFailed', message, needsPerson: true } as const];
  return { ...doNow([fetchBackup(at, id)], POLL_MS), waiting };
}

function fetchBackup(at: MachineCase, id: string): Extract<Action, { type: 'FetchBackup' }> {
  const { project, instance: name } = at.machine.spec;
  const why = { reason: 'BackingUp', message: 'a backup is made before the disk is wiped', blast: 'none' } as const;
  return { type: 'FetchBackup', ...why, project, name, backup: backupName(id), path: backupPath(at, id) };
}

/** Takes the backup away from the server once it is here: there it would take the same room for nothing. */
export function forgetServerBackup(at: MachineCase, id: string): Decision | undefined {
  if (at.seen.serverBackup?.state !== 'known') return undefined;
  const { path: _path, ...target } = fetchBackup(at, id);
  return doNow([{ ...target, type: 'ForgetBackup' }], OPERATION_LOOK_MS);
}

/** Name of a backup on the server. */
export function backupName(id: string): string {
  return `ccci-${id}`;
}

/** File of a backup on the controller. */
export function backupPath({ machine, seen }: Pick<MachineCase, 'machine' | 'seen'>, id: string): string {
  return `${seen.rig.stateDir}/backups/${machine.metadata.name}/${id}.tar.gz`;
}
