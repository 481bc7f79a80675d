import { projectPath } from './incus-api.ts';
import type { IncusApi } from './incus-api.ts';
import type { IncusReads } from './incus-reader.ts';
import { IncusError } from './incus.ts';
import type { CreateInstance, IncusWriter, InstanceTarget, InstanceUpdate, StateChange } from './incus.ts';
import { isBlocking } from './operation.ts';
import { createStorageWriter } from './storage-writer.ts';

/** The config key that carries the id of the request that created an instance. */
export const REQUEST_ID_KEY = 'user.ccci.request-id';

/** A writer that looks again just before each change, because the API can not check preconditions there. */
export function createIncusWriter(api: IncusApi, reads: IncusReads): IncusWriter {
  async function create(request: CreateInstance): Promise<string> {
    const { project, name, image: source } = request;
    const taken = await reads.instance(project, name);
    if (taken.state === 'known') {
      const text = `instance "${name}" exists already in project "${project}"; choose another spec.instance, or set spec.adopt`;
      throw new IncusError('NameTaken', text);
    }
    const image = source.alias === undefined ? undefined : await reads.imageTarget(project, source.alias);
    if (image?.state === 'absent') {
      const text = `image "${source.alias}" does not exist for project "${project}"; import it, or correct spec.image.alias`;
      throw new IncusError('ImageMissing', text);
    }
    const path = projectPath(project, ['instances']);
    return await api.begin(`create instance "${name}"`, { method: 'POST', path, body: createBody(request) });
  }

  async function update(target: InstanceTarget, { etag, ...body }: InstanceUpdate): Promise<void> {
    const path = projectPath(target.project, ['instances', target.name]);
    await api.change(`change instance "${target.name}"`, { method: 'PATCH', path, body, ifMatch: etag });
  }

  async function changeState(target: InstanceTarget, change: StateChange): Promise<string> {
    const { project, name } = target;
    const { action, timeoutS, force } = change;
    if (!(timeoutS > 0)) {
      throw new IncusError(
        'Refused',
        `can not ${action} instance "${name}" with a time-out of ${timeoutS} s: 0 would force it; expected more than 0`,
      );
    }
    const running = await reads.operationsOn(project, name);
    const blocking = running.find((operation) => isBlocking(operation.description, force));
    if (blocking !== undefined) {
      const text = `can not ${action} instance "${name}" now: "${blocking.description}" is running; it is tried again when that has ended`;
      throw new IncusError('Busy', text);
    }
    const path = projectPath(project, ['instances', name, 'state']);
    const body = { action, timeout: Math.ceil(timeoutS), force };
    return await api.begin(`${action} instance "${name}"`, { method: 'PUT', path, body });
  }

  async function remove(target: InstanceTarget & { requestId?: string }): Promise<string> {
    const { project, name } = target;
    await requireOwnLeftover(reads, target);
    const path = projectPath(project, ['instances', name]);
    return await api.begin(`delete the half-created instance "${name}"`, { method: 'DELETE', path });
  }

  return { create, update, changeState, delete: remove, ...createStorageWriter(api, reads) };
}

function createBody(request: CreateInstance): unknown {
  const { name, type, image, config, devices, requestId } = request;
  const source = { type: 'image', ...image };
  return { name, type, description: '', source, config: { ...config, [REQUEST_ID_KEY]: requestId }, devices };
}

async function requireOwnLeftover(reads: IncusReads, target: InstanceTarget & { requestId?: string }): Promise<void> {
  const { project, name, requestId } = target;
  const found = await reads.instance(project, name);
  if (found.state !== 'known')
    throw new IncusError('Refused', `instance "${name}" does not exist in project "${project}"; nothing to delete`);
  const marked = found.value.config[REQUEST_ID_KEY];
  const ours = marked !== undefined && (requestId === undefined || marked === requestId);
  if (ours && found.value.halfCreated) return;
  const state = found.value.halfCreated
    ? `carries request id "${marked ?? ''}"`
    : `is complete (${found.value.status})`;
  throw new IncusError(
    'Refused',
    `instance "${name}" ${state}; only the half-created leftover of an own request is deleted`,
  );
}
