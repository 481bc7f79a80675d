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

/** Who signed a commit, by git's own check of SSH signatures. `Untrusted`: signed by a key that nobody may use; `Bad`: the signature does not fit. */
export type CommitSigner =
  { readonly state: 'Good'; readonly principal: string } | { readonly state: 'None' | 'Bad' | 'Untrusted' };

/** What a clone holds that is in no commit: numbers of files. */
export type WorktreeView = { readonly changed: number; readonly untracked: number };

/** What a mirror's objects lie in. */
export type MirrorSize = { readonly looseObjects: number; readonly packs: number };

/** A commit and the paths that it changed, made or deleted; a renamed file counts with both names. Of a merge, only what differs from all its parents. */
export type CommitChanges = { readonly commit: Commit; readonly paths: readonly string[] };

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
  /** The same commits with the paths that each changed. Unknown also: ChangesTooLarge. */
  changes(mirror: string, range: { to: string; from: string; limit: number }): Promise<Fact<readonly CommitChanges[]>>;
  /** A file's text at a commit (at most 1 MiB). `absent`: no such file there. */
  fileAt(mirror: string, sha: string, path: string): Promise<Fact<string>>;
  /** The blob id of a regular file at a commit, whatever its size: the same id means the same content. `absent`: no such file there. */
  blobAt(mirror: string, sha: string, path: string): Promise<Fact<string>>;
  /** True when `ancestor` is reachable from `descendant`. */
  isAncestor(mirror: string, ancestor: string, descendant: string): Promise<Fact<boolean>>;
  /** How many loose objects (an estimate by one folder of 256) and packs a mirror has. `absent`: there is no mirror. */
  mirrorSize(mirror: string): Promise<Fact<MirrorSize>>;
  /** A stamp that changes with the files of these credentials. Unknown: CredentialsMissing or CredentialsExposed, with what to do. */
  credentials(credentials: GitCredentials): Promise<Fact<string>>;
  /** What is in the folder, seen without touching it. */
  clone(path: string, branch: string): Promise<Fact<CloneView>>;
  /**
   * Who signed each of these commits, by an allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS). OpenPGP and X.509 signatures count as none.
   * Unknown, beside the above: SignersUnreadable (missing, too large, or writable by others than its owner).
   */
  signers(
    mirror: string,
    request: { shas: readonly string[]; allowedSignersFile: string },
  ): Promise<Fact<Readonly<Record<string, CommitSigner>>>>;
  /** What was changed in a clone and not committed. Reads through a repository of its own, so that nothing the clone configures is read. `absent`: no clone there. */
  worktree(path: string): Promise<Fact<WorktreeView>>;
}

/** Where the credentials for a remote are: paths and names, never values. */
export type GitCredentials = {
  /** File of KEY=value lines with user and password of an http(s) remote. */
  readonly envFile?: string | undefined;
  /** Names of those variables; GIT_USERNAME and GIT_PASSWORD when not given. */
  readonly usernameVariable?: string | undefined;
  readonly passwordVariable?: string | undefined;
  /** Private key for an ssh remote, and the hosts that are known; without the second, those of the user. */
  readonly keyFile?: string | undefined;
  readonly knownHostsFile?: string | undefined;
};

/** What is asked of a remote. */
export type RemoteRequest = {
  readonly url: string;
  readonly branch: string;
  readonly timeoutMs: number;
  readonly credentials?: GitCredentials | undefined;
};

/** Why a remote operation failed, as far as git's answer tells. */
export type RemoteFailure =
  | 'RemoteUnreachable'
  | 'AuthenticationFailed'
  | 'CredentialsMissing'
  | 'CredentialsExposed'
  | 'RepositoryMissing'
  | 'BranchMissing'
  | 'MirrorBroken';

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
  fetch(request: RemoteRequest & { mirror: string }): Promise<string>;
  /**
   * Puts a mirror's loose objects and small packs into larger packs; no object goes, and neither readers nor a fetch are
   * disturbed. True when that is done within `waitMs`; otherwise it goes on for itself, for `timeoutMs` at most.
   */
  tidy(request: { mirror: string; waitMs: number; timeoutMs: number }): Promise<boolean>;
  /** Clones into a missing or empty folder: into a temporary neighbour first, renamed into place, so that a crash leaves no half clone. Refuses anything else with PreconditionFailed. */
  clone(request: RemoteRequest & { path: string }): Promise<void>;
}

/** Tells when a local clone's refs may have moved. Hints only. */
export interface GitWatcher {
  /** Replaces the set of watched clones; `onChange` gets the clone's path soon after a push, fetch or commit in it. */
  set(clones: readonly { path: string; branch: string }[]): void;
  close(): void;
}
