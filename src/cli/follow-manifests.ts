import type { Logger } from 'pino';

import { renderMistake, type Mistake } from '#load/mistake.ts';
import { watchManifests } from '#load/watch-manifests.ts';
import type { Store } from '#store/store.ts';

import { prepareApply } from './apply-set.ts';
import { recordManifestState } from './manifest-state.ts';
import { storeChanges } from './store-set.ts';

/** What is followed, and who is told about what was stored. */
export type FollowOptions = {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly recursive: boolean;
  readonly prune: boolean;
  readonly store: Store;
  readonly log: Logger;
  readonly enqueue: (keys: readonly string[]) => void;
};

const APPLIER = 'run';

/**
 * Keeps the store as the manifests say. An invalid edit changes nothing: the last good state stays in force, and the
 * mistake is an event and a condition of the rig until it is corrected.
 */
export class ManifestFollower {
  readonly #options: FollowOptions;
  readonly #closing = new AbortController();
  #watch = new AbortController();
  #watched = '';
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Loads and stores once; answers the mistakes, when there are any. Passes never overlap. */
  look(): Promise<readonly Mistake[]> {
    const next = this.#work.then(() => this.#apply());
    this.#work = next.catch(() => undefined);
    return next;
  }

  /** Follows every edit from now on. */
  start(): void {
    this.#follow([]);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watch.abort();
    await this.#work;
  }

  async #apply(): Promise<readonly Mistake[]> {
    const { paths, cwd, recursive, prune, store, log, enqueue } = this.#options;
    if (this.#closing.signal.aborted) return [];
    const set = await prepareApply({ paths, prune, applier: APPLIER, options: { cwd, recursive } }, store);
    if ('mistakes' in set) {
      const isNew = await recordManifestState(store, set.mistakes);
      if (isNew)
        log.warn(
          { reason: 'InvalidManifest', mistakes: set.mistakes.map(renderMistake) },
          'manifests are not valid; the last good state stays in force',
        );
      return set.mistakes;
    }
    const done = await storeChanges(set.changes, store, APPLIER);
    const changed = done.filter(({ outcome }) => outcome !== 'unchanged');
    for (const { key, outcome } of changed) log.info({ key }, outcome);
    enqueue(changed.map(({ key }) => key));
    if (await recordManifestState(store, [])) log.info('manifests are valid again');
    this.#follow(set.changes.flatMap((change) => (change.outcome === 'pruned' ? [] : promptFiles(change.merge.spec))));
    return [];
  }

  #follow(prompts: readonly string[]): void {
    const { paths, cwd, recursive, log } = this.#options;
    const wanted = [...paths, ...prompts];
    if (this.#closing.signal.aborted || this.#watched === wanted.join('\n')) return;
    this.#watched = wanted.join('\n');
    this.#watch.abort();
    this.#watch = new AbortController();
    const onChange = () =>
      void this.look().catch((error: unknown) => log.error({ error: String(error) }, 'could not follow the manifests'));
    watchManifests(wanted, { cwd, recursive, onChange }, this.#watch.signal);
  }
}

function promptFiles(spec: Readonly<Record<string, unknown>>): readonly string[] {
  const { prompt } = spec;
  if (typeof prompt !== 'object' || prompt === null || !('file' in prompt)) return [];
  return typeof prompt.file === 'string' ? [prompt.file] : [];
}
