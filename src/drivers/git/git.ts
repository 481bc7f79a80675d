import type { Fact } from '#api/fact.ts';

/** One commit. Everything in it is text from outside and hostile. */
export type Commit = {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly subject: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Committer time, epoch ms. Can lie; never used for order. */
  readonly committedAtMs: number;
};

/** What a folder that should be an agent's clone really is. */
export type CloneView = {
  /** `Missing`: no such folder. `Empty`: an empty folder. `NotClone`: something else is there. */
  readonly kind: 'Missing' | 'Empty' | 'NotClone' | 'Clone';
  /** URL of `origin`, without user and password. */
  readonly originUrl?: string;
  readonly branch?: string;
  readonly head?: string;
  /** The clone's own remote-tracking ref of the branch asked for: a hint, never the truth. */
  readonly trackingHead?: string;
};

/**
 * Looks at mirrors and at other people's clones. Never writes, locks, or runs anything the repository's configuration names.
 * Unknown reasons: MirrorMissing and MirrorBroken (the next fetch makes it again), CommitMissing (never fetched, not merely unreachable),
 * FileTooLarge, TimedOut, PermissionDenied, RefDamaged, Unreadable, BranchInvalid, PathInvalid, CommitInvalid.
 */
export interface GitReader {
  /** The remote branch's commit as the mirror last fetched it. `absent`: the mirror or the branch is not there. */
  mirrorHead(mirror: string, branch: string): Promise<Fact<string>>;
  /** Commits reachable from `to` and not from `from` (all when `from` is undefined), newest first in topological order, at most `limit`. */
  log(mirror: string, range: { to: string; from?: string; limit: number }): Promise<Fact<readonly Commit[]>>;
  /** A file's text at a commit (at most 1 MiB). `absent`: no such file there. */
  fileAt(mirror: string, sha: string, path: string): Promise<Fact<string>>;
  /** The blob id of a regular file at a commit, whatever its size: the same id means the same content. `absent`: no such file there. */
  blobAt(mirror: string, sha: string, path: string): Promise<Fact<string>>;
  /** True when `ancestor` is reachable from `descendant`. */
  isAncestor(mirror: string, ancestor: string, descendant: string): Promise<Fact<boolean>>;
  /** What is in the folder, seen without touching it. */
  clone(path: string, branch: string): Promise<Fact<CloneView>>;
}

/** Why a remote operation failed, as far as git's answer tells. */
export type RemoteFailure =
  'RemoteUnreachable' | 'AuthenticationFailed' | 'RepositoryMissing' | 'BranchMissing' | 'MirrorBroken';

/** Thrown by GitWriter; `reason` is for conditions, `message` for people, without credentials. */
export class GitError extends Error {
  readonly reason: RemoteFailure;
  constructor(reason: RemoteFailure, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'GitError';
    this.reason = reason;
  }
}

/** Changes ccci's own mirrors and makes missing clones. Never prompts. Throws GitError. */
export interface GitWriter {
  /** Makes the bare mirror when missing (or when it points elsewhere) and fetches the branch; answers the branch's commit. Bounded by `timeoutMs`. */
  fetch(request: { mirror: string; url: string; branch: string; timeoutMs: number }): Promise<string>;
  /** Clones into a missing or empty folder: into a temporary neighbour first, renamed into place, so that a crash leaves no half clone. Refuses anything else with PreconditionFailed. */
  clone(request: { path: string; url: string; branch: string; timeoutMs: number }): Promise<void>;
}

/** Tells when a local clone's refs may have moved. Hints only. */
export interface GitWatcher {
  /** Replaces the set of watched clones; `onChange` gets the clone's path soon after a push, fetch or commit in it. */
  set(clones: readonly { path: string; branch: string }[]): void;
  close(): void;
}
