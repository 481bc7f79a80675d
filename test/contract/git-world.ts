import type { GitReader, GitWatcher, GitWriter } from '#drivers/git/git.ts';

/** What a test may put into a commit. */
export type WorldCommit = {
  readonly branch?: string;
  readonly author?: { readonly name: string; readonly email: string };
  readonly subject?: string | Uint8Array;
  /** null deletes a file. */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
};

/** A world of git with one remote that has no commit yet, for one test. */
export type GitWorld = {
  readonly reader: GitReader;
  readonly writer: GitWriter;
  watch(onChange: (path: string) => void): GitWatcher;
  /** URL of the remote, and of another one that has one commit on `main`. */
  readonly url: string;
  readonly otherUrl: string;
  /** Where a mirror may be made. */
  readonly mirror: string;
  /** A path at which nothing is. */
  place(name: string): string;
  /** Commits at the remote itself, as if somebody had pushed; with `merge`, that commit is a parent too. */
  commit(commit: WorldCommit & { merge?: string }): Promise<string>;
  /** The branch becomes one new commit on top of `onto`, or without parents. */
  forcePush(commit: WorldCommit & { onto: string | null }): Promise<string>;
  deleteBranch(branch: string): Promise<void>;
  /** How the remote fails from now on. */
  breakRemote(fault: 'RemoteUnreachable' | 'RepositoryMissing' | 'AuthenticationFailed' | undefined): Promise<void>;
  /** Damages the mirror: its branch's ref, or its commits. */
  damageMirror(part: 'Ref' | 'Objects'): Promise<void>;
  /** Puts a folder with these files there, or an empty one. */
  putFolder(path: string, files: Readonly<Record<string, string>>): Promise<void>;
  /** Removes whatever is there. */
  removeFolder(path: string): Promise<void>;
  commitIn(path: string, commit: WorldCommit): Promise<string>;
  push(path: string): Promise<void>;
  close(): Promise<void>;
};

/** Runs one test in a fresh world. */
export type InGitWorld = (body: (world: GitWorld) => Promise<void>) => () => Promise<void>;
