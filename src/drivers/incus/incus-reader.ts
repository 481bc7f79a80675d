import { known } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';
import { fieldsOf, listOf, numberOf, textOf } from './answer.ts';
import type { Fields } from './answer.ts';
import { asFact, projectPath } from './incus-api.ts';
import type { Found, IncusApi } from './incus-api.ts';
import { IncusError } from './incus.ts';
import type { IncusReader, InstanceMemory, InstanceTarget, InstanceView, OperationView } from './incus.ts';
import { instanceView, looksHalfCreated } from './instance-view.ts';
import { instancesOf, isEnded, operationView } from './operation.ts';

/** The reads that the writer needs, too. */
export interface IncusReads {
  instance(project: string, name: string): Promise<Fact<InstanceView>>;
  imageTarget(project: string, alias: string): Promise<Fact<string>>;
  operationsOn(project: string, name: string): Promise<readonly { id: string; description: string }[]>;
}

/** Reads that throw IncusError in place of answering unknown. */
export function createIncusReads(api: IncusApi): IncusReads {
  async function operationsOn(project: string, name: string): Promise<readonly { id: string; description: string }[]> {
    const found = await api.read(project, projectPath(project, ['operations'], '&recursion=1'));
    const groups = found.state === 'known' ? Object.values(found.value.metadata) : [];
    const all = groups.flatMap(listOf).map(fieldsOf);
    const running = all.filter((operation) => !isEnded(operation) && instancesOf(operation).includes(name));
    // A mistyped project has none, too.
    if (running.length === 0) await api.requireProject(project);
    return running.map((operation) => ({ id: textOf(operation.id), description: textOf(operation.description) }));
  }

  async function instance(project: string, name: string): Promise<Fact<InstanceView>> {
    const path = projectPath(project, ['instances', name]);
    const found = await api.read(project, path);
    if (found.state !== 'known') return found;
    if (!looksHalfCreated(found.value)) return known(instanceView(found.value, false));
    if ((await operationsOn(project, name)).length > 0) return known(instanceView(found.value, false));
    // The create may have ended between the two looks: only a third one tells.
    const again = await api.read(project, path);
    if (again.state !== 'known') return again;
    const half = looksHalfCreated(again.value) && (await lacksImage(project, name));
    return known(instanceView(again.value, half));
  }

  /** The second, independent sign of an unfinished create: the image's own description is not in place. */
  async function lacksImage(project: string, name: string): Promise<boolean> {
    try {
      const found = await api.read(project, projectPath(project, ['instances', name, 'metadata']));
      return found.state !== 'known' || textOf(found.value.metadata.architecture) === '';
    } catch (cause) {
      // Cut off still earlier, the instance has no storage at all, and the server refuses to look or finds nothing.
      if (cause instanceof IncusError && cause.reason === 'Refused') return true;
      throw cause;
    }
  }

  async function imageTarget(project: string, alias: string): Promise<Fact<string>> {
    const found = await api.read(project, projectPath(project, ['images', 'aliases', alias]));
    return found.state === 'known' ? known(textOf(found.value.metadata.target)) : found;
  }

  return { instance, imageTarget, operationsOn };
}

/** A reader that never throws for what the server is or does: that is an unknown fact with the reason. */
export function createIncusReader(api: IncusApi, reads: IncusReads): IncusReader {
  async function state(
    project: string,
    name: string,
  ): Promise<Fact<{ status: string; pid: number; processes: number }>> {
    const found = await api.read(project, projectPath(project, ['instances', name, 'state']));
    return found.state === 'known' ? known(powerState(found.value)) : found;
  }
  async function operation(id: string): Promise<Fact<OperationView>> {
    const found = await api.readGlobal(`/1.0/operations/${encodeURIComponent(id)}`);
    return found.state === 'known' ? known(operationView(found.value.metadata)) : found;
  }
  async function memory(project: string): Promise<Fact<readonly InstanceMemory[]>> {
    const found = await api.read(project, projectPath(project, ['instances'], '&recursion=1'));
    if (found.state !== 'known') return found;
    // A mistyped project has none, too.
    if (found.value.items.length === 0) await api.requireProject(project);
    return known(found.value.items.map(fieldsOf).map(instanceMemory));
  }
  async function backup({ project, name }: InstanceTarget, of: string): Promise<Fact<{ createdAt: string }>> {
    const found = await api.read(project, projectPath(project, ['instances', name, 'backups', of]));
    return found.state === 'known' ? known({ createdAt: textOf(found.value.metadata.created_at) }) : found;
  }
  return {
    backup: (target, of) => asFact(() => backup(target, of)),
    memory: (project) => asFact(() => memory(project)),
    instance: (project, name) => asFact(() => reads.instance(project, name)),
    state: (project, name) => asFact(() => state(project, name)),
    imageTarget: (project, alias) => asFact(() => reads.imageTarget(project, alias)),
    operation: (id) => asFact(() => operation(id)),
    operationsOn: (project, name) => asFact(async () => known(await reads.operationsOn(project, name))),
  };
}

function instanceMemory(instance: Fields): InstanceMemory {
  const limit = textOf(fieldsOf(instance.expanded_config)['limits.memory']);
  const isRunning = !['Stopped', 'Error'].includes(textOf(instance.status));
  return { name: textOf(instance.name), isRunning, ...(limit === '' ? {} : { limit }) };
}

function powerState({ metadata }: Found): { status: string; pid: number; processes: number } {
  const pid = numberOf(metadata.pid);
  // A stopped container has 0 processes, which is not an answer of its guest.
  const answers = pid > 0 && typeof metadata.processes === 'number';
  return { status: textOf(metadata.status), pid, processes: answers ? numberOf(metadata.processes) : -1 };
}
