import { ABSENT, known, unknown } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import { PreconditionFailed } from '#api/errors.ts';
import { IncusError } from '#drivers/incus/incus.ts';
import type {
  CreateInstance,
  IncusReader,
  IncusUnknown,
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
  memoryBytes,
  memoryOf,
  newInstance,
  powerOutcome,
  viewOf,
} from './fake-incus-guest.ts';
import type { FakeInstance } from './fake-incus-guest.ts';
import { FakeIncusOperations } from './fake-incus-operations.ts';

const REQUEST_ID_KEY = 'user.ccci.request-id';

/** What is wrong with the server: it answers nothing, or answers badly. `ShuttingDown` refuses changes only. */
export type FakeIncusFault = IncusUnknown | 'ShuttingDown';

/**
 * An Incus server in memory, as the driver shows it. Time comes from the clock, ids from counters, so a run repeats
 * exactly. It passes the same contract suite as the real daemon.
 */
export class FakeIncus implements IncusReader, IncusWriter, IncusWatcher {
  readonly #clock: Clock;
  readonly #projects = new Map<string, { capBytes: number | undefined }>();
  readonly #images = new Map<string, { fingerprint: string; polite: boolean }>();
  readonly #instances = new Map<string, FakeInstance>();
  readonly #operations: FakeIncusOperations;
  readonly #watches = new Set<{ project: string; onChange: (instance: string | undefined) => void }>();
  #fault: FakeIncusFault | undefined;
  #count = 0;
  /** While true no watcher hears of anything: events are only hints. */
  losesEvents = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#operations = new FakeIncusOperations(clock, ({ project, name }) => this.#tell(project, name));
  }

  /** Makes a project; `memoryCap` as the server writes it, for example 1GiB. */
  addProject(name: string, memoryCap?: string): void {
    this.#projects.set(name, { capBytes: memoryBytes(memoryCap) });
  }

  /** Makes an image; guests of one that is not polite never end when asked. */
  addImage(alias: string, fingerprint: string, polite = true): void {
    this.#images.set(alias, { fingerprint, polite });
  }

  /** Puts an instance there that somebody else made: complete, stopped, unless said otherwise. */
  addInstance(project: string, name: string, like: Partial<FakeInstance> = {}): FakeInstance {
    const made = newInstance({ project, name, createdAt: this.#timestamp(), ...like });
    this.#instances.set(keyOf(project, name), made);
    if (made.status === 'Running') made.pid = this.#nextPid();
    this.#tell(project, name);
    return made;
  }

  /** The instance as it is, for a test to look at or to change. */
  peek(project: string, name: string): FakeInstance | undefined {
    return this.#instances.get(keyOf(project, name));
  }

  /** What is wrong from now on; undefined heals it. A broken server also breaks the event streams. */
  setFault(fault: FakeIncusFault | undefined): void {
    this.#fault = fault;
    this.#tell();
  }

  /** Kills the daemon: operations are lost, a create under way leaves a half-made record, guests live on. */
  crash(): void {
    for (const { project, name, description } of this.#operations.loseAll()) {
      const instance = this.peek(project, name);
      if (instance && description === 'Creating instance') instance.halfCreated = true;
    }
    this.setFault('ServerUnreachable');
  }

  /** The guest's init dies, or the guest powers itself off. */
  killGuest(project: string, name: string): void {
    const instance = this.peek(project, name);
    if (instance) this.#become(instance, 'Stopped');
  }

  // IncusReader

  async instance(project: string, name: string): Promise<Fact<InstanceView>> {
    return this.#look(project, () => {
      const found = this.peek(project, name);
      return found === undefined ? ABSENT : known(viewOf(found));
    });
  }

  async state(project: string, name: string): Promise<Fact<{ status: string; pid: number; processes: number }>> {
    return this.#look(project, () => {
      const found = this.peek(project, name);
      if (found === undefined) return ABSENT;
      const { status, pid } = found;
      return known({ status, pid, processes: status === 'Stopped' || !found.answers ? -1 : 2 });
    });
  }

  async memory(project: string): Promise<Fact<readonly InstanceMemory[]>> {
    const all = [...this.#instances.values()].filter((each) => each.project === project);
    return this.#look(project, () => known(all.map(memoryOf)));
  }

  async imageTarget(project: string, alias: string): Promise<Fact<string>> {
    return this.#look(project, () => {
      const target = this.#images.get(alias);
      return target === undefined ? ABSENT : known(target.fingerprint);
    });
  }

  async operation(id: string): Promise<Fact<OperationView>> {
    const broken = this.#broken();
    if (broken) return broken;
    const found = this.#operations.find(id);
    return found === undefined ? ABSENT : known(found);
  }

  async operationsOn(project: string, name: string): Promise<Fact<readonly { id: string; description: string }[]>> {
    return this.#look(project, () =>
      known(this.#operations.runningOn(project, name).map(({ id, description }) => ({ id, description }))),
    );
  }

  // IncusWriter

  async create(request: CreateInstance): Promise<string> {
    const { project, name, type, requestId } = request;
    this.#refuseWhenBroken(project);
    if (this.peek(project, name))
      throw new IncusError('NameTaken', `instance "${name}" exists already in project "${project}"`);
    const image = this.#images.get(request.imageAlias);
    if (!image) throw new IncusError('ImageMissing', `image "${request.imageAlias}" does not exist`);
    this.#refuseOverCap(request);
    const config = { ...request.config, [REQUEST_ID_KEY]: requestId };
    const devices = structuredClone(request.devices) as FakeInstance['devices'];
    const made = this.addInstance(project, name, { type, config, devices, polite: image.polite });
    return this.#operations.begin({
      project: made.project,
      name: made.name,
      description: 'Creating instance',
      afterMs: FAKE_INCUS_MS.create,
      end: () => undefined,
    });
  }

  async update({ project, name }: InstanceTarget, update: InstanceUpdate): Promise<void> {
    this.#refuseWhenBroken(project);
    const instance = this.peek(project, name);
    if (instance === undefined) throw new IncusError('Refused', `refused to change instance "${name}": not found`);
    if (viewOf(instance).etag !== update.etag) throw new PreconditionFailed('somebody else changed it meanwhile');
    this.#refuseOverCap({ ...instance, config: changedConfig(instance.config, update.config) });
    applyUpdate(instance, update);
    this.#tell(project, name);
  }

  async changeState(target: InstanceTarget, change: StateChange): Promise<string> {
    const { project, name } = target;
    this.#refuseWhenBroken(project);
    if (!(change.timeoutS > 0))
      throw new IncusError('Refused', `can not ${change.action} with a time-out of ${change.timeoutS} s`);
    const instance = this.peek(project, name);
    if (instance === undefined)
      throw new IncusError('Refused', `refused to ${change.action} instance "${name}": Instance not found`);
    const running = this.#operations.runningOn(project, name);
    const blocking = running.find((each) => !change.force || each.description === 'Creating instance');
    if (blocking)
      throw new IncusError(
        'Busy',
        `can not ${change.action} instance "${name}" now: "${blocking.description}" is running`,
      );
    running.forEach((overtaken) => this.#operations.end(overtaken, { status: 'Success' }));
    const outcome = powerOutcome(instance, change);
    const end = (): string | undefined => {
      if (outcome.status !== undefined) this.#become(instance, outcome.status, change.action === 'restart');
      return outcome.error;
    };
    return this.#operations.begin({
      project: instance.project,
      name: instance.name,
      description: DESCRIPTIONS[change.action],
      afterMs: outcome.afterMs,
      end,
    });
  }

  async delete(target: InstanceTarget & { requestId?: string }): Promise<string> {
    const { project, name, requestId } = target;
    this.#refuseWhenBroken(project);
    const instance = this.peek(project, name);
    const marked = instance?.config[REQUEST_ID_KEY];
    const ours = marked !== undefined && (requestId === undefined || marked === requestId);
    if (!instance?.halfCreated || !ours)
      throw new IncusError('Refused', `instance "${name}" is not a half-created leftover of an own request`);
    const end = (): undefined => {
      this.#instances.delete(keyOf(project, name));
      this.#tell(project, name);
    };
    return this.#operations.begin({
      project: instance.project,
      name: instance.name,
      description: 'Deleting instance',
      afterMs: FAKE_INCUS_MS.delete,
      end,
    });
  }

  // IncusWatcher

  watch(project: string, onChange: (instance: string | undefined) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const watch = { project, onChange };
    this.#watches.add(watch);
    signal.addEventListener('abort', () => this.#watches.delete(watch), { once: true });
    this.#clock.after(1, () => this.#watches.has(watch) && onChange(undefined));
  }

  #broken(): Fact<never> | undefined {
    if (this.#fault === undefined || this.#fault === 'ShuttingDown') return undefined;
    return unknown(this.#fault, `the fake Incus server has the fault "${this.#fault}"`);
  }

  #look<T>(project: string, read: () => Fact<T>): Fact<T> {
    const broken = this.#broken();
    if (broken) return broken;
    return this.#projects.has(project) ? read() : unknown('ProjectMissing', `project "${project}" does not exist`);
  }

  #refuseWhenBroken(project: string): void {
    if (this.#fault !== undefined)
      throw new IncusError(this.#fault, `the fake Incus server has the fault "${this.#fault}"`);
    if (!this.#projects.has(project)) throw new IncusError('ProjectMissing', `project "${project}" does not exist`);
  }

  #refuseOverCap(request: { project: string; name: string; config: Readonly<Record<string, string>> }): void {
    const cap = this.#projects.get(request.project)?.capBytes;
    if (cap === undefined) return;
    const wanted = memoryBytes(request.config['limits.memory']);
    if (wanted === undefined)
      throw new IncusError('Refused', `Instance "${request.name}" has no "limits.memory" config`);
    const inProject = [...this.#instances.values()].filter(
      (each) => each.project === request.project && each.name !== request.name,
    );
    const used = inProject.reduce((sum, each) => sum + (memoryBytes(each.config['limits.memory']) ?? 0), 0);
    if (used + wanted > cap) throw new IncusError('CapExceeded', 'Reached maximum aggregate value for "limits.memory"');
  }

  #become(instance: FakeInstance, status: FakeInstance['status'], isNewBoot = false): void {
    const booted = status === 'Running' && (instance.status === 'Stopped' || isNewBoot);
    if (booted) instance.lastUsedAt = this.#timestamp();
    if (booted) instance.pid = this.#nextPid();
    if (status === 'Stopped') instance.pid = 0;
    instance.status = status;
    instance.revision += 1;
    this.#tell(instance.project, instance.name);
  }

  /** Tells the watches of a project that `name` changed, or all watches that anything may have. */
  #tell(project?: string, name?: string): void {
    if (project !== undefined && (this.losesEvents || this.#broken())) return;
    const concerned = [...this.#watches].filter((watch) => project === undefined || watch.project === project);
    for (const watch of concerned) this.#clock.after(1, () => this.#watches.has(watch) && watch.onChange(name));
  }

  #nextPid(): number {
    this.#count += 1;
    return 50_000 + this.#count;
  }

  #timestamp(): string {
    return new Date(this.#clock.now().wallMs).toISOString();
  }
}

function keyOf(project: string, name: string): string {
  return `${project}/${name}`;
}
