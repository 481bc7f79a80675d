import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import type { CloneView, CommitSigner, GitReader, WorktreeView } from '#drivers/git/git.ts';
import { isBranch, isPathInside, isSha } from '#drivers/git/git-words.ts';
import { publicUrl } from '#drivers/git/public-url.ts';
import type { FakeObjects } from './fake-git-objects.ts';
import { blobId, changedPaths, topologicalLog } from './fake-git-objects.ts';

/** A local clone: what an agent sees of the remote, and its own unpushed commits. */
export type FakeClone = {
  url: string;
  branch: string | undefined;
  head: string | undefined;
  readonly tracking: Map<string, string>;
};

/** A mirror of ccci's own. */
export type FakeMirror = {
  url: string;
  readonly heads: Map<string, string>;
  readonly objects: Set<string>;
  damaged: boolean;
  /** Objects that came since it was tidied last. */
  looseObjects?: number;
};

/** What the fake's reader looks at. */
export type FakeGitView = {
  readonly objects: FakeObjects;
  readonly mirrors: ReadonlyMap<string, FakeMirror>;
  readonly folders: ReadonlyMap<string, FakeClone | Record<string, string>>;
  readonly unreadable: ReadonlyMap<string, string>;
  /** Uncommitted work in clones, by path; a clone that is not named has none. */
  readonly uncommitted: ReadonlyMap<string, WorktreeView>;
  /** Who signed what, by commit; any other commit is not signed. */
  readonly signatures: ReadonlyMap<string, CommitSigner>;
};

/** The reader of a fake world. */
export function createFakeReader(world: FakeGitView): GitReader {
  return {
    async mirrorHead(path, branch) {
      if (!isBranch(branch)) return unknown('BranchInvalid', `Branch "${branch}" is not a valid branch name`);
      const mirror = world.mirrors.get(path);
      if (mirror?.damaged === true) return unknown('MirrorBroken', `Mirror "${path}" is damaged`);
      const head = mirror?.heads.get(branch);
      return head === undefined ? ABSENT : known(head);
    },
    async log(path, range) {
      const named = range.from === undefined ? [range.to] : [range.to, range.from];
      return inMirror(world, { path, named }, () => {
        if (range.from === range.to || range.limit < 1) return known([]);
        const without = range.from === undefined ? new Set<string>() : world.objects.reachable(range.from);
        return known(topologicalLog(world.objects, range.to, without).slice(0, Math.floor(range.limit)));
      });
    },
    async changes(path, range) {
      return inMirror(world, { path, named: [range.to, range.from] }, () => {
        if (range.from === range.to || range.limit < 1) return known([]);
        const commits = topologicalLog(world.objects, range.to, world.objects.reachable(range.from));
        return known(
          commits
            .slice(0, Math.floor(range.limit))
            .map((commit) => ({ commit, paths: changedPaths(world.objects, commit.sha) })),
        );
      });
    },
    async mirrorSize(path) {
      const mirror = world.mirrors.get(path);
      return mirror === undefined ? ABSENT : known({ looseObjects: mirror.looseObjects ?? 0, packs: 0 });
    },
    credentials: async () => known(''),
    async blobAt(path, sha, file) {
      if (!isPathInside(file)) return pathInvalid(file);
      return inMirror(world, { path, named: [sha] }, () => {
        const content = world.objects.get(sha)?.tree.get(file);
        return content === undefined ? ABSENT : known(blobId(content));
      });
    },
    async fileAt(path, sha, file) {
      if (!isPathInside(file)) return pathInvalid(file);
      return inMirror(world, { path, named: [sha] }, () => {
        const content = world.objects.get(sha)?.tree.get(file);
        if (content === undefined) return ABSENT;
        if (content.byteLength > 1024 * 1024)
          return unknown('FileTooLarge', `File "${file}" has ${content.byteLength} bytes`);
        return known(new TextDecoder().decode(content));
      });
    },
    async isAncestor(path, ancestor, descendant) {
      return inMirror(world, { path, named: [ancestor, descendant] }, () =>
        known(world.objects.reachable(descendant).has(ancestor)),
      );
    },
    clone: async (path, branch) => viewClone(world, path, branch),
    async worktree(path) {
      const reason = world.unreadable.get(path);
      if (reason !== undefined) return unknown(reason, `Could not read "${path}"`);
      const place = world.folders.get(path);
      if (place === undefined || !isClone(place)) return ABSENT;
      return known(world.uncommitted.get(path) ?? { changed: 0, untracked: 0 });
    },
    async signers(path, { shas }) {
      const signerOf = (sha: string): CommitSigner => world.signatures.get(sha) ?? { state: 'None' };
      return inMirror(world, { path, named: shas }, () =>
        known(Object.fromEntries(shas.map((sha) => [sha, signerOf(sha)]))),
      );
    },
  };
}

function pathInvalid(file: string): Fact<never> {
  return unknown('PathInvalid', `Path "${file}" does not name a file inside a repository`);
}

function inMirror<T>(
  world: FakeGitView,
  about: { path: string; named: readonly string[] },
  answer: () => Fact<T>,
): Fact<T> {
  const wrong = about.named.find((sha) => !isSha(sha));
  if (wrong !== undefined) return unknown('CommitInvalid', `"${wrong}" is not a full commit hash`);
  const mirror = world.mirrors.get(about.path);
  if (mirror === undefined) return unknown('MirrorMissing', `There is no mirror in "${about.path}" yet`);
  if (mirror.damaged) return unknown('MirrorBroken', `Mirror "${about.path}" is damaged`);
  const missing = about.named.find((sha) => !mirror.objects.has(sha));
  return missing === undefined
    ? answer()
    : unknown('CommitMissing', `Commit ${missing} is not in the mirror "${about.path}"`);
}

function viewClone(world: FakeGitView, path: string, branch: string): Fact<CloneView> {
  if (!isBranch(branch)) return unknown('BranchInvalid', `Branch "${branch}" is not a valid branch name`);
  const reason = world.unreadable.get(path);
  if (reason !== undefined) return unknown(reason, `Could not read "${path}"`);
  const place = world.folders.get(path);
  if (place === undefined) return known({ kind: 'Missing' });
  if (!isClone(place)) return known({ kind: Object.keys(place).length === 0 ? 'Empty' : 'NotClone' });
  const trackingHead = place.tracking.get(branch);
  return known({
    kind: 'Clone',
    originUrl: publicUrl(place.url),
    ...(place.branch === undefined ? {} : { branch: place.branch }),
    ...(place.head === undefined ? {} : { head: place.head }),
    ...(trackingHead === undefined ? {} : { trackingHead }),
  });
}

/** True for a clone, false for other files. */
export function isClone(place: FakeClone | Record<string, string>): place is FakeClone {
  return place['tracking'] instanceof Map;
}
