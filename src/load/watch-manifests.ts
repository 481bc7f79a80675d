import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { watch } from 'chokidar';
import type { FSWatcher } from 'chokidar';
import { findManifests } from './find-manifests.ts';

/** What to follow, and who is told. */
export type WatchOptions = {
  readonly cwd: string;
  readonly recursive?: boolean;
  /** Called when files may have changed, once for changes that belong together; a hint: load again to know. */
  readonly onChange: () => void;
  /** How long it has to be quiet before a change counts: an editor's save is several steps. */
  readonly settleMs?: number;
  /** How often to look without having been told: a folder that is replaced ends its kernel's notices. */
  readonly pollMs?: number;
};

/**
 * Follows manifests and other files (prompts) and folders until the signal ends it. What is not there yet is waited for.
 * Tells once at the beginning, too: what was loaded before may have changed meanwhile.
 */
export function watchManifests(paths: readonly string[], options: WatchOptions, signal: AbortSignal): void {
  if (signal.aborted) return;
  const watching = new ManifestWatch(paths, options);
  signal.addEventListener('abort', () => watching.end(), { once: true });
}

const SETTLE_MS = 50;
const POLL_MS = 2_000;

class ManifestWatch {
  readonly #paths: readonly string[];
  readonly #options: WatchOptions;
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher;
  #roots: string;
  #stamps: Promise<string>;
  #settling: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(paths: readonly string[], options: WatchOptions) {
    this.#paths = paths.filter((path) => path !== '-').map((path) => resolve(options.cwd, path));
    this.#options = options;
    this.#watcher = this.#listen();
    this.#roots = this.#stampRoots();
    this.#stamps = this.#stampFiles();
    this.#poll = setInterval(() => void this.#look(), options.pollMs ?? POLL_MS);
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    void this.#watcher.close();
  }

  #listen(): FSWatcher {
    const roots = new Set(this.#paths);
    return (
      watch([...roots], {
        ignoreInitial: true,
        ignored: (path) => !roots.has(resolve(path)) && basename(path).startsWith('.'),
        ...(!this.#options.recursive && { depth: 0 }),
      })
        .on('all', () => this.#changed())
        // What changed before everything was listened to is told now.
        .on('ready', () => this.#changed())
        // Too few notices or no permission: the poll goes on and finds every change.
        .on('error', () => undefined)
    );
  }

  #changed(): void {
    clearTimeout(this.#settling);
    if (this.#ended) return;
    this.#settling = setTimeout(() => {
      this.#stamps = this.#stampFiles();
      this.#options.onChange();
    }, this.#options.settleMs ?? SETTLE_MS);
  }

  async #look(): Promise<void> {
    const roots = this.#stampRoots();
    if (roots !== this.#roots) {
      this.#roots = roots;
      void this.#watcher.close();
      this.#watcher = this.#listen();
    }
    const before = await this.#stamps;
    const stamps = this.#stampFiles();
    if (this.#ended || (await stamps) === before) return;
    this.#stamps = stamps;
    this.#changed();
  }

  #stampRoots(): string {
    return this.#paths.map((path) => statIfThere(path)?.ino ?? '').join(' ');
  }

  async #stampFiles(): Promise<string> {
    const { recursive = false } = this.#options;
    const { files } = await findManifests(this.#paths, { cwd: '/', recursive });
    return files.map(({ path = '' }) => `${path} ${stampOf(path)}`).join('\n');
  }
}

function stampOf(path: string): string {
  const stat = statIfThere(path);
  return stat === undefined ? '' : `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
}

function statIfThere(path: string) {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
