import { createHash } from 'node:crypto';
import type { Commit } from '#drivers/git/git.ts';

/** One commit of the fake world with its whole tree. */
export type FakeCommit = { readonly commit: Commit; readonly tree: ReadonlyMap<string, Uint8Array> };

/** What a new commit is made of; what is left out has a fixed value. */
export type FakeChange = {
  readonly author?: { readonly name: string; readonly email: string };
  readonly subject?: string | Uint8Array;
  /** Files that it changes; null deletes one. */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
};

/** Commits by hash. Hashes follow from content and order alone, so that a run with the same steps has the same hashes. */
export type FakeObjects = {
  make(change: FakeChange, parents: readonly string[]): string;
  get(sha: string): FakeCommit | undefined;
  /** The commit and everything that can be reached from it. */
  reachable(sha: string): Set<string>;
};

/** An empty store; commit times go up by a minute each. */
export function createFakeObjects(): FakeObjects {
  const commits = new Map<string, FakeCommit>();
  function reachable(sha: string): Set<string> {
    const found = new Set<string>();
    const open = [sha];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next) || !commits.has(next)) continue;
      found.add(next);
      open.push(...(commits.get(next)?.commit.parents ?? []));
    }
    return found;
  }
  return {
    make(change, parents) {
      const tree = new Map(commits.get(parents[0] ?? '')?.tree);
      for (const [path, content] of Object.entries(change.files ?? {})) {
        if (content === null) tree.delete(path);
        else tree.set(path, bytes(content));
      }
      const author = change.author ?? { name: 'builder', email: 'builder@example.org' };
      const subject = subjectOf(change.subject ?? 'work');
      const committedAtMs = (1_700_000_000 + 60 * (commits.size + 1)) * 1000;
      const hash = createHash('sha1').update(JSON.stringify([parents, author, subject, committedAtMs]));
      for (const [path, content] of tree) hash.update(`\0${path}\0`).update(content);
      const sha = hash.digest('hex');
      commits.set(sha, { commit: { sha, parents, subject, author, committedAtMs }, tree });
      return sha;
    },
    get: (sha) => commits.get(sha),
    reachable,
  };
}

/** The order of `git log --topo-order`: no parent before all of its children, the line merged last first. */
export function topologicalLog(objects: FakeObjects, to: string, without: ReadonlySet<string>): Commit[] {
  const wanted = [...objects.reachable(to)].filter((sha) => !without.has(sha));
  const children = new Map(wanted.map((sha) => [sha, 0]));
  const parentsOf = (sha: string) => objects.get(sha)?.commit.parents.filter((parent) => children.has(parent)) ?? [];
  for (const parent of wanted.flatMap(parentsOf)) children.set(parent, (children.get(parent) ?? 0) + 1);
  const ready = children.has(to) ? [to] : [];
  const order: Commit[] = [];
  for (let sha = ready.pop(); sha !== undefined; sha = ready.pop()) {
    const found = objects.get(sha);
    if (found !== undefined) order.push(found.commit);
    for (const parent of parentsOf(sha)) {
      const left = (children.get(parent) ?? 0) - 1;
      children.set(parent, left);
      if (left === 0) ready.push(parent);
    }
  }
  return order;
}

/** Paths in which a commit differs from every one of its parents, sorted. */
export function changedPaths(objects: FakeObjects, sha: string): string[] {
  const { commit, tree } = objects.get(sha) ?? { commit: undefined, tree: new Map<string, Uint8Array>() };
  const parents = (commit?.parents ?? []).map((parent) => objects.get(parent)?.tree);
  const trees = parents.length === 0 ? [new Map<string, Uint8Array>()] : parents;
  const paths = new Set([tree, ...trees].flatMap((one) => [...(one?.keys() ?? [])]));
  const id = (content: Uint8Array | undefined) => (content === undefined ? '' : blobId(content));
  return [...paths].filter((path) => trees.every((one) => id(one?.get(path)) !== id(tree.get(path)))).toSorted();
}

/** The id that git gives to a blob of this content. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.byteLength}\0`).update(content).digest('hex');
}

function bytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** The first paragraph on one line, as git shows it. */
function subjectOf(message: string | Uint8Array): string {
  const text = new TextDecoder().decode(bytes(message)).replace(/^\s*\n/, '');
  const paragraph = text.split(/\n[ \t]*\n/)[0] ?? '';
  return paragraph
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join(' ');
}
