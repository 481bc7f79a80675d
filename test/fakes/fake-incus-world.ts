import type { Fact } from '#api/fact.ts';
import { unknown } from '#api/fact.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import { IncusError } from '#drivers/incus/incus.ts';
import type { IncusUnknown } from '#drivers/incus/incus.ts';
import { memoryBytes, newInstance } from './fake-incus-guest.ts';
import type { FakeInstance } from './fake-incus-guest.ts';
import { FakeIncusOperations } from './fake-incus-operations.ts';

/** What is wrong with the server: it answers nothing, or answers badly. `ShuttingDown` refuses changes only. */
export type FakeIncusFault = IncusUnknown | 'ShuttingDown';

/** What the fake server holds, what can go wrong with it, and what others do to it. */
export class FakeIncusWorld {
  protected readonly clock: Clock;
  protected readonly projects = new Map<string, { capBytes: number | undefined }>();
  protected readonly images = new Map<string, { fingerprint: string; polite: boolean }>();
  protected readonly instances = new Map<string, FakeInstance>();
  protected readonly operations: FakeIncusOperations;
  protected readonly watches = new Set<{ project: string; onChange: (instance: string | undefined) => void }>();
  protected fault: FakeIncusFault | undefined;
  protected count = 0;
  /** While true no watcher hears of anything: events are only hints. */
  losesEvents = false;

  constructor(clock: Clock) {
    this.clock = clock;
    this.operations = new FakeIncusOperations(clock, ({ project, name }) => this.tell(project, name));
  }

  /** Makes a project; `memoryCap` as the server writes it, for example 1GiB. */
  addProject(name: string, memoryCap?: string): void {
    this.projects.set(name, { capBytes: memoryBytes(memoryCap) });
  }

  /** Makes an image; guests of one that is not polite never end when asked. */
  addImage(alias: string, fingerprint: string, polite = true): void {
    this.images.set(alias, { fingerprint, polite });
  }

  /** Puts an instance there that somebody else made: complete, stopped, unless said otherwise. */
  addInstance(project: string, name: string, like: Partial<FakeInstance> = {}): FakeInstance {
    const made = newInstance({ project, name, createdAt: this.timestamp(), ...like });
    this.instances.set(keyOf(project, name), made);
    if (made.status === 'Running') made.pid = this.nextPid();
    this.tell(project, name);
    return made;
  }

  /** The instance as it is, for a test to look at or to change. */
  peek(project: string, name: string): FakeInstance | undefined {
    return this.instances.get(keyOf(project, name));
  }

  /** What is wrong from now on; undefined heals it. A broken server also breaks the event streams. */
  setFault(fault: FakeIncusFault | undefined): void {
    this.fault = fault;
    this.tell();
  }

  /** Kills the daemon: operations are lost, a create under way leaves a half-made record, guests live on. */
  crash(): void {
    for (const { project, name, description } of this.operations.loseAll()) {
      const instance = this.peek(project, name);
      if (instance && description === 'Creating instance') instance.halfCreated = true;
    }
    this.setFault('ServerUnreachable');
  }

  /** The guest's init dies, or the guest powers itself off. */
  killGuest(project: string, name: string): void {
    const instance = this.peek(project, name);
    if (instance) this.become(instance, 'Stopped');
  }

  protected findImage({ alias, fingerprint }: { alias?: string | undefined; fingerprint?: string | undefined }) {
    if (alias !== undefined) return this.images.get(alias);
    return [...this.images.values()].find((image) => image.fingerprint.startsWith(fingerprint ?? '?'));
  }

  protected broken(): Fact<never> | undefined {
    if (this.fault === undefined || this.fault === 'ShuttingDown') return undefined;
    return unknown(this.fault, `the fake Incus server has the fault "${this.fault}"`);
  }

  protected look<T>(project: string, read: () => Fact<T>): Fact<T> {
    const broken = this.broken();
    if (broken) return broken;
    return this.projects.has(project) ? read() : unknown('ProjectMissing', `project "${project}" does not exist`);
  }

  protected refuseWhenBroken(project: string): void {
    if (this.fault !== undefined)
      throw new IncusError(this.fault, `the fake Incus server has the fault "${this.fault}"`);
    if (!this.projects.has(project)) throw new IncusError('ProjectMissing', `project "${project}" does not exist`);
  }

  protected refuseOverCap(request: { project: string; name: string; config: Readonly<Record<string, string>> }): void {
    const cap = this.projects.get(request.project)?.capBytes;
    if (cap === undefined) return;
    const wanted = memoryBytes(request.config['limits.memory']);
    if (wanted === undefined)
      throw new IncusError('Refused', `Instance "${request.name}" has no "limits.memory" config`);
    const inProject = [...this.instances.values()].filter(
      (each) => each.project === request.project && each.name !== request.name,
    );
    const used = inProject.reduce((sum, each) => sum + (memoryBytes(each.config['limits.memory']) ?? 0), 0);
    if (used + wanted > cap) throw new IncusError('CapExceeded', 'Reached maximum aggregate value for "limits.memory"');
  }

  protected become(instance: FakeInstance, status: FakeInstance['status'], isNewBoot = false): void {
    const booted = status === 'Running' && (instance.status === 'Stopped' || isNewBoot);
    if (booted) instance.lastUsedAt = this.timestamp();
    if (booted) instance.pid = this.nextPid();
    if (status === 'Stopped') instance.pid = 0;
    instance.status = status;
    instance.revision += 1;
    this.tell(instance.project, instance.name);
  }

  /** Tells the watches of a project that `name` changed, or all watches that anything may have. */
  protected tell(project?: string, name?: string): void {
    if (project !== undefined && (this.losesEvents || this.broken())) return;
    const concerned = [...this.watches].filter((watch) => project === undefined || watch.project === project);
    for (const watch of concerned) this.clock.after(1, () => this.watches.has(watch) && watch.onChange(name));
  }

  protected nextPid(): number {
    this.count += 1;
    return 50_000 + this.count;
  }

  protected timestamp(): string {
    return new Date(this.clock.now().wallMs).toISOString();
  }
}

/** The key of an instance. */
export function keyOf(project: string, name: string): string {
  return `${project}/${name}`;
}
