import { toIso } from '#api/time.ts';
import { createSpoolWatcher } from '#drivers/signals/spool-watcher.ts';
import { keyOf, type ObjectSet } from '#observe/object-set.ts';
import { spoolFolder } from '#observe/observe-signals.ts';

import { ScreenChanges } from './screen-changes.ts';
import { keepUnknownScreen } from './unknown-screens.ts';
import type { World } from './world.ts';

/** How often screens are looked at, ms: one tmux call for all of them. */
const SCREEN_MS = 1000;

/** What a watch tells: keys to look at now, or at the next full second. */
export type AgentWatchOptions = {
  readonly enqueue: (keys: readonly string[]) => void;
  readonly hint: (keys: readonly string[]) => void;
  readonly onError: (error: unknown) => void;
};

/** Follows what agents say and show between the looks that timers bring. Losing it loses speed only. */
export class AgentWatch {
  readonly #world: World;
  readonly #options: AgentWatchOptions;
  readonly #spools;
  readonly #screens: ScreenChanges;
  #objects: ObjectSet | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(world: World, options: AgentWatchOptions) {
    this.#world = world;
    this.#options = options;
    const { readers, writers } = world.tools;
    const archive = { files: writers.files, stateDir: world.rig.stateDir, hash: readers.hash };
    this.#screens = new ScreenChanges(readers.tmux, async ({ spec, status }, shown) =>
      keepUnknownScreen(
        {
          ...shown,
          backend: spec.backend.type,
          version: status?.state?.version,
          at: toIso(readers.now().wallMs),
        },
        archive,
      ),
    );
    this.#spools = createSpoolWatcher({
      onSignal: (key, isUrgent) => (isUrgent ? options.enqueue([key]) : options.hint([key])),
    });
    this.#next();
  }

  /** Follows the agents that run now. */
  follow(objects: ObjectSet): void {
    this.#objects = objects;
    const { stateDir } = this.#world.rig;
    this.#spools.set(
      objects.all('Agent').flatMap((agent) => {
        const incarnation = agent.status?.incarnation;
        if (agent.status?.session === undefined || incarnation === undefined) return [];
        return [{ key: keyOf(agent), folder: spoolFolder(stateDir, agent.metadata.name, incarnation) }];
      }),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#spools.close();
  }

  #next(): void {
    this.#timer = setTimeout(() => void this.#look(), SCREEN_MS).unref();
  }

  async #look(): Promise<void> {
    try {
      this.#options.enqueue(await this.#screens.look(this.#objects?.all('Agent') ?? []));
    } catch (error) {
      this.#options.onError(error);
    }
    if (this.#timer !== undefined) this.#next();
  }
}
