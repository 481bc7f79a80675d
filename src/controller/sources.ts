import { setTimeout as sleep } from 'node:timers/promises';

import { createGitWatcher } from '#drivers/git/git-watcher.ts';
import type { IncusWatcher } from '#drivers/incus/incus.ts';
import { createProcessWatcher } from '#drivers/process/process-watcher.ts';
import { keyOf, type ObjectSet } from '#observe/object-set.ts';
import { clonesOf } from '#observe/observe-repository.ts';

import { dependentsOf } from './dependents.ts';
import { serverOf } from './incus-servers.ts';
import { PaneChanges } from './pane-changes.ts';
import type { World } from './world.ts';

/** Who is dead is looked at before it is asked what else has changed. */
const YIELD_MS = 20;

/** What the sources tell: keys to look at. An event is never more than that. */
export type Enqueue = (keys: readonly string[]) => void;

/**
 * Everything that makes the controller look before its next timer: store, tmux, processes, local clones, Incus.
 * Losing any of them loses speed, nothing else: timers and the full resync find the same.
 */
export class Sources {
  readonly #world: World;
  readonly #enqueue: Enqueue;
  readonly #abort = new AbortController();
  readonly #processes;
  readonly #clones;
  readonly #panes = new PaneChanges();
  readonly #watchedVms = new Map<string, AbortController>();
  readonly #onError: (error: unknown) => void;
  #objects: ObjectSet | undefined;

  /** `onError` hears of a look that failed; the timers and the resync find the same later. */
  constructor(world: World, enqueue: Enqueue, onError: (error: unknown) => void) {
    this.#world = world;
    this.#enqueue = enqueue;
    this.#onError = onError;
    this.#processes = createProcessWatcher({ onGone: ({ pid }) => this.#processGone(pid) });
    this.#clones = createGitWatcher((path) => this.#cloneMoved(path));
  }

  /** Starts to listen. */
  start(): void {
    const { signal } = this.#abort;
    this.#world.store.watch((keys) => void this.#storeChanged(keys).catch(this.#onError), signal);
    this.#world.tmuxWatcher.watch(() => void this.#tmuxChanged().catch(this.#onError), signal);
  }

  /** Follows what the objects say is worth watching now. */
  async follow(objects: ObjectSet): Promise<void> {
    this.#objects = objects;
    this.#processes.set(
      objects.all('Agent').flatMap(({ status }) => {
        const { panePid: pid, paneStartTime } = status?.session ?? {};
        return pid === undefined ? [] : [{ pid, startTime: Number(paneStartTime) }];
      }),
    );
    this.#clones.set(
      objects
        .all('Repository')
        .flatMap((repository) =>
          clonesOf(repository, objects).map((path) => ({ path, branch: repository.spec.branch })),
        ),
    );
    await this.#followMachines(objects);
  }

  close(): void {
    this.#abort.abort();
    this.#processes.close();
    this.#clones.close();
    for (const abort of this.#watchedVms.values()) abort.abort();
  }

  async #followMachines(objects: ObjectSet): Promise<void> {
    const machines = objects.all('VirtualMachine');
    const wanted = new Map(
      machines.map((machine) => [JSON.stringify([serverOf(machine), machine.spec.project]), machine]),
    );
    for (const [id, abort] of this.#watchedVms) {
      if (wanted.has(id)) continue;
      abort.abort();
      this.#watchedVms.delete(id);
    }
    for (const [id, machine] of wanted) {
      if (this.#watchedVms.has(id)) continue;
      const abort = new AbortController();
      this.#watchedVms.set(id, abort);
      const { watcher }: { watcher: IncusWatcher } = await this.#world.incus.forServer(serverOf(machine));
      watcher.watch(machine.spec.project, () => this.#enqueue(this.#machineKeys()), abort.signal);
    }
  }

  // Somebody else wrote: whoever depends on it looks too, as after a pass of our own.
  async #storeChanged(keys: readonly string[]): Promise<void> {
    const { objects } = await this.#world.tools.load();
    this.#enqueue([...new Set([...keys, ...keys.flatMap((key) => dependentsOf(key, objects))])]);
    await this.follow(objects);
  }

  // A death is seen in the process table at once; what else has changed, and for whom, only tmux knows.
  async #tmuxChanged(): Promise<void> {
    if (this.#processes.look()) await sleep(YIELD_MS);
    const view = await this.#world.tools.readers.tmux.view();
    this.#enqueue(this.#panes.take(view, this.#objects?.all('Agent') ?? []).map(keyOf));
  }

  #processGone(pid: number): void {
    const agents = this.#objects?.all('Agent') ?? [];
    this.#enqueue(agents.filter(({ status }) => status?.session?.panePid === pid).map(keyOf));
  }

  #cloneMoved(path: string): void {
    const repositories = this.#objects?.all('Repository') ?? [];
    this.#enqueue(
      repositories
        .filter((one) => this.#objects !== undefined && clonesOf(one, this.#objects).includes(path))
        .map(keyOf),
    );
  }

  #machineKeys(): readonly string[] {
    return (this.#objects?.all('VirtualMachine') ?? []).map(keyOf);
  }
}
