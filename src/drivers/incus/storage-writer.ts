import { PreconditionFailed } from '#api/errors.ts';

import { projectPath } from './incus-api.ts';
import type { IncusApi } from './incus-api.ts';
import type { IncusReads } from './incus-reader.ts';
import { IncusError } from './incus.ts';
import type { IncusWriter, InstanceTarget, InstanceView } from './incus.ts';

/** The part of a writer that touches disks: it acts only on the very instance that was looked at. */
export function createStorageWriter(
  api: IncusApi,
  reads: IncusReads,
): Pick<IncusWriter, 'wipe' | 'rename' | 'backUp' | 'forgetBackup'> {
  async function wipe({ uuid, ...target }: InstanceTarget & { uuid: string }): Promise<string> {
    const { project, name } = target;
    const instance = await requireSame(reads, target, uuid);
    if (instance.config['security.protection.delete'] === 'true')
      throw new IncusError(
        'InstanceProtected',
        `instance "${name}" is protected (security.protection.delete); unset that first if its disk may be wiped`,
      );
    const path = projectPath(project, ['instances', name]);
    return await api.begin(`delete instance "${name}"`, { method: 'DELETE', path });
  }

  async function rename({ uuid, ...target }: InstanceTarget & { uuid: string }, newName: string): Promise<string> {
    const { project, name } = target;
    await requireSame(reads, target, uuid);
    const path = projectPath(project, ['instances', name]);
    return await api.begin(`rename instance "${name}"`, { method: 'POST', path, body: { name: newName } });
  }

  const backups = ({ project, name }: InstanceTarget, more: readonly string[] = []) =>
    projectPath(project, ['instances', name, 'backups', ...more]);

  async function backUp(target: InstanceTarget, backup: string): Promise<string> {
    const body = { name: backup, instance_only: true, compression_algorithm: 'gzip' };
    return await api.begin(`back up instance "${target.name}"`, { method: 'POST', path: backups(target), body });
  }

  async function forgetBackup(target: InstanceTarget, backup: string): Promise<string> {
    const path = backups(target, [backup]);
    return await api.begin(`remove a backup of instance "${target.name}"`, { method: 'DELETE', path });
  }

  return { wipe, rename, backUp, forgetBackup };
}

async function requireSame(reads: IncusReads, { project, name }: InstanceTarget, uuid: string): Promise<InstanceView> {
  const found = await reads.instance(project, name);
  if (found.state === 'known' && found.value.config['volatile.uuid'] === uuid) return found.value;
  throw new PreconditionFailed(`instance "${name}" is not the one that was looked at any more`);
}
