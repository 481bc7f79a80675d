import { PreconditionFailed } from '#api/errors.ts';
import type { CommitSigner, GitReader, GitWatcher, GitWriter, RemoteFailure, WorktreeView } from '#drivers/git/git.ts';
import { GitError } from '#drivers/git/git.ts';
import { isBranch, urlMistake } from '#drivers/git/git-words.ts';
import { publicUrl } from '#drivers/git/public-url.ts';
import type { FakeChange, FakeObjects } from './fake-git-objects.ts';
import { createFakeObjects } from './fake-git-objects.ts';
import type { FakeClone, FakeMirror } from './fake-git-reader.ts';
import { createFakeReader, isClone } from './fake-git-reader.ts';

/** A repository somewhere else, with the branches that are there now. */
export type FakeRemote = {
  readonly branches: Map<string, string>;
  /** How every contact fails, if it does. */
  fault: RemoteFailure | undefined;
  /** How long every contact takes; past the caller's time-out it fails. */
  delayMs: number;
  /** Puts a commit on top of the branch, with another parent when `merge` is given; answers its hash. */
  commit(change: FakeChange & { branch?: string; merge?: string }): string;
  /** Makes the branch one new commit on top of `onto` (`null`: without parents), whatever was there. */
  forcePush(change: FakeChange & { branch?: string; onto: string | null }): string;
  deleteBranch(branch: string): void;
};

/** Remotes, mirrors and clones in memory. Nothing happens by itself; the same steps give the same hashes. */
export type FakeGit = {
  readonly reader: GitReader;
  readonly writer: GitWriter;
  /** Watchers are told at once, within the call that changed the clone. */
  watch(onChange: (path: string) => void): GitWatcher;
  /** The remote at this URL, made empty when it is new. */
  remote(url: string): FakeRemote;
  readonly mirrors: Map<string, FakeMirror>;
  /** What stands at paths: a clone, or other files by name (none: an empty folder). */
  readonly folders: Map<string, FakeClone | Record<string, string>>;
  /** Why a folder can not be looked at, by path. */
  readonly unreadable: Map<string, string>;
  /** Uncommitted work in clones, by path. */
  readonly uncommitted: Map<string, WorktreeView>;
  /** Who signed what, by commit. */
  readonly signatures: Map<string, CommitSigner>;
  /** Commits in a clone, without pushing. */
  commitIn(path: string, change: FakeChange): string;
  /** Pushes the clone's branch; throws when the remote has something else meanwhile. */
  push(path: string): void;
  /** Updates the clone's remote-tracking refs and fast-forwards its branch. */
  pull(path: string): void;
};

type Watch = { clones: ReadonlySet<string>; readonly onChange: (path: string) => void };

type World = {
  readonly objects: FakeObjects;
  readonly remotes: Map<string, FakeRemote>;
  readonly mirrors: FakeGit['mirrors'];
  readonly folders: FakeGit['folders'];
  readonly unreadable: Map<string, string>;
  readonly uncommitted: FakeGit['uncommitted'];
  readonly signatures: FakeGit['signatures'];
  readonly watches: Set<Watch>;
  readonly sleep: (delayMs: number) => Promise<void>;
};

/** An empty world. `sleep` is how slow remotes wait; without it they do not. */
export function createFakeGit(options: { sleep?: (delayMs: number) => Promise<void> } = {}): FakeGit {
  const world: World = {
    objects: createFakeObjects(),
    remotes: new Map(),
    mirrors: new Map(),
    folders: new Map(),
    unreadable: new Map(),
    uncommitted: new Map(),
    signatures: new Map(),
    watches: new Set(),
    sleep: options.sleep ?? (() => Promise.resolve()),
  };
  return {
    reader: createFakeReader(world),
    writer: {
      fetch: (request) => fetchInto(world, request),
      clone: (request) => cloneInto(world, request),
      tidy: async ({ mirror }) => tidy(world, mirror),
    },
    watch: (onChange) => createWatch(world, onChange),
    remote: (url) => remoteAt(world, url),
    mirrors: world.mirrors,
    folders: world.folders,
    unreadable: world.unreadable,
    uncommitted: world.uncommitted,
    signatures: world.signatures,
    commitIn: (path, change) => commitIn(world, path, change),
    push: (path) => push(world, path),
    pull: (path) => pull(world, path),
  };
}

function remoteAt(world: World, url: string): FakeRemote {
  const existing = world.remotes.get(url);
  if (existing !== undefined) return existing;
  const branches = new Map<string, string>();
  const remote: FakeRemote = {
    branches,
    fault: undefined,
    delayMs: 0,
    commit({ branch = 'main', merge, ...change }) {
      const parents = [branches.get(branch), merge].filter((sha) => sha !== undefined);
      const sha = world.objects.make(change, parents);
      branches.set(branch, sha);
      return sha;
    },
    forcePush({ branch = 'main', onto, ...change }) {
      const sha = world.objects.make(change, onto === null ? [] : [onto]);
      branches.set(branch, sha);
      return sha;
    },
    deleteBranch: (branch) => void branches.delete(branch),
  };
  world.remotes.set(url, remote);
  return remote;
}

async function contact(
  world: World,
  request: { url: string; branch: string; timeoutMs: number },
  doing: string,
): Promise<string> {
  const fail = (reason: RemoteFailure, said: string) =>
    new GitError(reason, `Could not ${doing} "${publicUrl(request.url)}": ${said}`);
  const mistake = urlMistake(request.url);
  if (mistake !== undefined) throw fail('RepositoryMissing', mistake);
  if (!isBranch(request.branch)) throw fail('BranchMissing', `"${request.branch}" is not a valid branch name`);
  const remote = world.remotes.get(request.url);
  const delayMs = remote?.delayMs ?? 0;
  if (delayMs > 0) await world.sleep(Math.min(delayMs, request.timeoutMs));
  if (delayMs > request.timeoutMs) throw fail('RemoteUnreachable', `no end within ${request.timeoutMs} ms`);
  if (remote === undefined) throw fail('RepositoryMissing', 'no such repository');
  if (remote.fault !== undefined) throw fail(remote.fault, 'the remote does not answer as it should');
  const head = remote.branches.get(request.branch);
  if (head === undefined) throw fail('BranchMissing', `couldn't find remote ref refs/heads/${request.branch}`);
  return head;
}

/** A mirror that is missing, damaged or of another URL is made again, empty. */
function prepareMirror(world: World, { mirror, url, branch }: { mirror: string; url: string; branch: string }): void {
  if (urlMistake(url) !== undefined || !isBranch(branch)) return;
  const old = world.mirrors.get(mirror);
  if (old?.url === url && !old.damaged) return;
  world.mirrors.set(mirror, { url, heads: new Map(), objects: new Set(), damaged: false });
}

async function fetchInto(world: World, request: Parameters<GitWriter['fetch']>[0]): Promise<string> {
  prepareMirror(world, request);
  try {
    const head = await contact(world, request, `fetch branch "${request.branch}" of`);
    const mirror = world.mirrors.get(request.mirror);
    mirror?.heads.set(request.branch, head);
    const known = mirror?.objects.size ?? 0;
    for (const sha of world.objects.reachable(head)) mirror?.objects.add(sha);
    if (mirror !== undefined) mirror.looseObjects = (mirror.looseObjects ?? 0) + mirror.objects.size - known;
    return head;
  } catch (error) {
    const gone = error instanceof GitError && error.reason === 'BranchMissing';
    if (gone) world.mirrors.get(request.mirror)?.heads.delete(request.branch);
    throw error;
  }
}

function tidy(world: World, path: string): boolean {
  const mirror = world.mirrors.get(path);
  if (mirror === undefined || mirror.damaged) return false;
  mirror.looseObjects = 0;
  return true;
}

async function cloneInto(world: World, request: Parameters<GitWriter['clone']>[0]): Promise<void> {
  const { path, url, branch } = request;
  refuseFilled(world, path);
  const head = await contact(world, request, `clone into "${path}" from`);
  refuseFilled(world, path);
  world.folders.set(path, { url, branch, head, tracking: new Map(world.remotes.get(url)?.branches) });
  changed(world, path);
}

function refuseFilled(world: World, path: string): void {
  const place = world.folders.get(path);
  if (place === undefined || (!isClone(place) && Object.keys(place).length === 0)) return;
  throw new PreconditionFailed(`Folder "${path}" is not empty, expected a missing or empty folder`);
}

function cloneAt(world: World, path: string): FakeClone {
  const place = world.folders.get(path);
  if (place === undefined || !isClone(place)) throw new Error(`There is no clone in "${path}"`);
  return place;
}

function commitIn(world: World, path: string, change: FakeChange): string {
  const clone = cloneAt(world, path);
  clone.head = world.objects.make(change, clone.head === undefined ? [] : [clone.head]);
  changed(world, path);
  return clone.head;
}

function push(world: World, path: string): void {
  const clone = cloneAt(world, path);
  const { branches, fault } = remoteAt(world, clone.url);
  if (clone.branch === undefined || clone.head === undefined) throw new Error(`There is nothing to push in "${path}"`);
  if (fault !== undefined) throw new Error(`Could not push from "${path}": ${fault}`);
  const there = branches.get(clone.branch);
  if (there !== undefined && !world.objects.reachable(clone.head).has(there))
    throw new Error(`Push from "${path}" was rejected (fetch first)`);
  branches.set(clone.branch, clone.head);
  clone.tracking.set(clone.branch, clone.head);
  changed(world, path);
}

function pull(world: World, path: string): void {
  const clone = cloneAt(world, path);
  for (const [branch, sha] of remoteAt(world, clone.url).branches) clone.tracking.set(branch, sha);
  const head = clone.tracking.get(clone.branch ?? '');
  if (head !== undefined && (clone.head === undefined || world.objects.reachable(head).has(clone.head)))
    clone.head = head;
  changed(world, path);
}

function changed(world: World, path: string): void {
  for (const { clones, onChange } of world.watches) if (clones.has(path)) onChange(path);
}

function createWatch(world: World, onChange: (path: string) => void): GitWatcher {
  const watch: Watch = { clones: new Set(), onChange };
  world.watches.add(watch);
  return {
    set: (clones) => void (watch.clones = new Set(clones.map(({ path }) => path))),
    close: () => void world.watches.delete(watch),
  };
}
