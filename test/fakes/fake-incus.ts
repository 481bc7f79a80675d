import { PreconditionFailed } from '#api/errors.ts';
import { ABSENT, known } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';
import { IncusError } from '#drivers/incus/incus.ts';
import type {
  CreateInstance,
  IncusReader,
  IncusWatcher,
  IncusWriter,
  InstanceTarget,
  InstanceView,
  InstanceMemory,
  InstanceUpdate,
  OperationView,
  StateChange,
} from '#drivers/incus/incus.ts';
import {
  applyUpdate,
  changedConfig,
  DESCRIPTIONS,
  FAKE_INCUS_MS,
  memoryOf,
  powerOutcome,
  viewOf,
} from './fake-incus-guest.ts';
import type { FakeInstance } from './fake-incus-guest.ts';
import { FakeIncusWorld, keyOf } from './fake-incus-world.ts';

const REQUEST_ID_KEY = 'user.ccci.request-id';

/**
 * An Incus server in memory, as the driver shows it. Time comes from the clock, ids from counters, so a run repeats
 * exactly. It passes the same contract suite as the real daemon.
 */
export class FakeIncus extends FakeIncusWorld implements IncusReader, IncusWriter, IncusWatcher {
  // IncusReader

  async instance(project: string, name: string): Promise<Fact<InstanceView>> {
    return this.look(project, () => {
      const found = this.peek(project, name);
      return found === undefined ? ABSENT : known(viewOf(found));
    });
  }

  async state(project: string, name: string): Promise<Fact<{ status: string; pid: number; processes: number }>> {
    return this.look(project, () => {
      const found = this.peek(project, name);
      if (found === undefined) return ABSENT;
      const { status, pid } = found;
      return known({ status, pid, processes: status === 'Stopped' || !found.answers ? -1 : 2 });
    });
  }

  async memory(project: string): Promise<Fact<readonly InstanceMemory[]>> {
    const all = [...this.instances.values()].filter((each) => each.project === project);
    return this.look(project, () => known(all.map(memoryOf)));
  }

  async backup({ project, name }: InstanceTarget, backup: string): Promise<Fact<{ createdAt: string }>> {
    const has = this.peek(project, name)?.backups.has(backup) === true;
    return this.look(project, () => (has ? known({ createdAt: this.timestamp() }) : ABSENT));
  }

  async imageTarget(project: string, alias: string): Promise<Fact<string>> {
    return this.look(project, () => {
      const target = this.images.get(alias);
      return target === undefined ? ABSENT : known(target.fingerprint);
    });
  }

  async operation(id: string): Promise<Fact<OperationView>> {
    const broken = this.broken();
    if (broken) return broken;
    const found = this.operations.find(id);
    return found === undefined ? ABSENT : known(found);
  }

  async operationsOn(project: string, name: string): Promise<Fact<readonly { id: string; description: string }[]>> {
    return this.look(project, () =>
      known(this.operations.runningOn(project, name).map(({ id, description }) => ({ id, description }))),
    );
  }

  // IncusWriter

  async create(request: CreateInstance): Promise<string> {
    const { project, name, type, requestId } = request;
    this.refuseWhenBroken(project);
    if (this.peek(project, name))
      throw new IncusError('NameTaken', `instance "${name}" exists already in project "${project}"`);
    const image = this.findImage(request.image);
    if (!image)
      throw new IncusError(
        'ImageMissing',
        `image "${request.image.alias ?? request.image.fingerprint}" does not exist`,
      );
    this.refuseOverCap(request);
    const config: Record<string, string> = { ...request.config, [REQUEST_ID_KEY]: requestId };
    const devices = structuredClone(request.devices) as FakeInstance['devices'];
    config['volatile.uuid'] = `uuid-${String(this.nextPid())}`;
    config['volatile.base_image'] = image.fingerprint;
    const made = this.addInstance(project, name, { type, config, devices, polite: image.polite });
    return this.operations.begin({
      project: made.project,
      name: made.name,
      description: 'Creating instance',
      afterMs: FAKE_INCUS_MS.create,
      end: () => undefined,
    });
  }

  async update({ project, name }: InstanceTarget, update: InstanceUpdate): Promise<void> {
    this.refuseWhenBroken(project);
    const instance = this.peek(project, name);
    if (instance === undefined) throw new IncusError('Refused', `refused to change instance "${name}": not found`);
    if (viewOf(instance).etag !== update.etag) throw new PreconditionFailed('somebody else changed it meanwhile');
    this.refuseOverCap({ ...instance, config: changedConfig(instance.config, update.config) });
    applyUpdate(instance, update);
    this.tell(project, name);
  }

  async changeState(target: InstanceTarget, change: StateChange): Promise<string> {
    const { project, name } = target;
    this.refuseWhenBroken(project);
    if (!(change.timeoutS > 0))
      throw new IncusError('Refused', `can not ${change.action} with a time-out of ${change.timeoutS} s`);
    const instance = this.peek(project, name);
    if (instance === undefined)
      throw new IncusError('Refused', `refused to ${change.action} instance "${name}": Instance not found`);
    const running = this.operations.runningOn(project, name);
    const blocking = running.find((each) => !change.force || each.description === 'Creating instance');
    if (blocking)
      throw new IncusError(
        'Busy',
        `can not ${change.action} instance "${name}" now: "${blocking.description}" is running`,
      );
    running.forEach((overtaken) => this.operations.end(overtaken, { status: 'Success' }));
    const outcome = powerOutcome(instance, change);
    const end = (): string | undefined => {
      if (outcome.status !== undefined) this.become(instance, outcome.status, change.action === 'restart');
      return outcome.error;
    };
    return this.operations.begin({
      project: instance.project,
      name: instance.name,
      description: DESCRIPTIONS[change.action],
      afterMs: outcome.afterMs,
      end,
    });
  }

  async delete(target: InstanceTarget & { requestId?: string }): Promise<string> {
    const { project, name, requestId } = target;
    this.refuseWhenBroken(project);
    const instance = this.peek(project, name);
    const marked = instance?.config[REQUEST_ID_KEY];
    const ours = marked !== undefined && (requestId === undefined || marked === requestId);
    if (!instance?.halfCreated || !ours)
      throw new IncusError('Refused', `instance "${name}" is not a half-created leftover of an own request`);
    const end = (): undefined => void this.remove(project, name);
    return this.operations.begin({
      project: instance.project,
      name: instance.name,
      description: 'Deleting instance',
      afterMs: FAKE_INCUS_MS.delete,
      end,
    });
  }

  async wipe({ project, name, uuid }: InstanceTarget & { uuid: string }): Promise<string> {
    const instance = this.requireSame(project, name, uuid);
    if (instance.config['security.protection.delete'] === 'true')
      throw new IncusError('InstanceProtected', `instance "${name}" is protected`);
    if (instance.status !== 'Stopped') throw new IncusError('Refused', 'Instance is running');
    const end = (): undefined => void this.remove(project, name);
    return this.operations.begin({
      project,
      name,
      description: 'Deleting instance',
      afterMs: FAKE_INCUS_MS.delete,
      end,
    });
  }

  async rename({ project, name, uuid }: InstanceTarget & { uuid: string }, newName: string): Promise<string> {
    const instance = this.requireSame(project, name, uuid);
    if (instance.status !== 'Stopped') throw new IncusError('Refused', 'Renaming of running instance not allowed');
    if (this.peek(project, newName)) throw new IncusError('NameTaken', `instance "${newName}" exists already`);
    const end = (): undefined => {
      this.remove(project, name);
      this.instances.set(keyOf(project, newName), { ...instance, name: newName, revision: instance.revision + 1 });
      this.tell(project, newName);
    };
    return this.operations.begin({
      project,
      name,
      description: 'Renaming instance',
      afterMs: FAKE_INCUS_MS.delete,
      end,
    });
  }

  async backUp({ project, name }: InstanceTarget, backup: string): Promise<string> {
    const instance = this.requireSame(project, name);
    if (instance.backups.has(backup)) throw new IncusError('Refused', `Backup "${backup}" already exists`);
    const end = (): undefined => void instance.backups.add(backup);
    return this.operations.begin({
      project,
      name,
      description: 'Backing up instance',
      afterMs: FAKE_INCUS_MS.create,
      end,
    });
  }

  async forgetBackup({ project, name }: InstanceTarget, backup: string): Promise<string> {
    const instance = this.requireSame(project, name);
    if (!instance.backups.has(backup)) throw new IncusError('Refused', 'Instance backup not found');
    const end = (): undefined => void instance.backups.delete(backup);
    return this.operations.begin({ project, name, description: 'Removing backup', afterMs: FAKE_INCUS_MS.freeze, end });
  }

  protected requireSame(project: string, name: string, uuid?: string): FakeInstance {
    this.refuseWhenBroken(project);
    const instance = this.peek(project, name);
    const isSame = instance !== undefined && (uuid === undefined || instance.config['volatile.uuid'] === uuid);
    if (!isSame) throw new PreconditionFailed(`instance "${name}" is not the one that was looked at any more`);
    return instance;
  }

  protected remove(project: string, name: string): void {
    this.instances.delete(keyOf(project, name));
    this.tell(project, name);
  }

  // IncusWatcher

  watch(project: string, onChange: (instance: string | undefined) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const watch = { project, onChange };
    this.watches.add(watch);
    signal.addEventListener('abort', () => this.watches.delete(watch), { once: true });
    this.clock.after(1, () => this.watches.has(watch) && onChange(undefined));
  }
}
