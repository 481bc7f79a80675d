import { createGitWatcher } from './git-watcher.ts';
import type { GitReader, GitWatcher, GitWriter } from './git.ts';
import { createGitReader } from './real-git-reader.ts';
import { createGitWriter } from './real-git-writer.ts';
import { endRunningGit } from './run-git.ts';

/** The git driver: reader and writer that know of each other's findings, and watchers of local clones. */
export type Git = {
  readonly reader: GitReader;
  readonly writer: GitWriter;
  watch(onChange: (path: string) => void): GitWatcher;
  /** Ends every git that still runs. */
  close(): void;
};

/** Makes the driver. From `environment` only paths, proxies and the like are handed on; GIT_DIR and its kin are not. */
export function createGit(options: { environment: Readonly<Record<string, string | undefined>> }): Git {
  const shared = { environment: options.environment, suspects: new Set<string>() };
  return {
    reader: createGitReader(shared),
    writer: createGitWriter(shared),
    watch: (onChange) => createGitWatcher(onChange),
    close: endRunningGit,
  };
}
