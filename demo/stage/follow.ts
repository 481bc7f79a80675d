import { readFileSync, statSync } from 'node:fs';

import { ObjectCache } from '#controller/object-cache.ts';
import { ObjectSet } from '#observe/object-set.ts';
import { createFileStore } from '#store/file-store.ts';
import type { StoredEvent } from '#store/store.ts';

import { runGit, type Places } from './prepare.ts';

/** A commit on the remote, with the time at which the remote took it. */
export type RemoteCommit = {
  readonly sha: string;
  readonly author: string;
  readonly subject: string;
  readonly pushedAtMs?: number | undefined;
};

/** What an agent wrote down about itself. */
export type Note = {
  readonly at: number;
  readonly agent: string;
  readonly incarnation?: string;
  readonly pid: number;
  readonly what: 'started' | 'heard' | 'verifying' | 'wedged';
  readonly line?: string;
  readonly sha?: string;
  readonly phase?: string;
  readonly reason?: string;
  readonly prompt?: string;
};

/** Everything that can be seen of the rig from outside at one moment. */
export type View = {
  readonly objects: ObjectSet;
  readonly events: readonly StoredEvent[];
  /** Newest last. */
  readonly commits: readonly RemoteCommit[];
  readonly notes: readonly Note[];
};

/** Reads the rig again and again, cheaply: what did not change is not read twice. */
export type Follower = { look(): Promise<View>; close(): Promise<void> };

/** Follows a rig through its store, its remote and the agents' notes. Changes nothing. */
export function followRig(places: Places): Follower {
  const store = createFileStore(places.stateDir);
  const cache = new ObjectCache(store);
  const commits = whenChanged(places.pushes, () => readCommits(places));
  const notes = whenChanged(places.notes, () => parseLines<Note>(readText(places.notes)));
  return {
    async look() {
      const isThere = readText(`${places.stateDir}/format.json`) !== '';
      return {
        objects: isThere ? (await cache.load()).objects : new ObjectSet([]),
        events: isThere ? await store.events() : [],
        commits: commits(),
        notes: notes(),
      };
    },
    close: () => store.close(),
  };
}

function readCommits({ remote, pushes }: Places): readonly RemoteCommit[] {
  const times = new Map(
    readText(pushes)
      .split('\n')
      .map((line) => line.split(' '))
      .map(([at, sha]) => [sha, Number(at)]),
  );
  const commits = runGit(remote, 'log', '--reverse', '--topo-order', '--format=%H%x09%an%x09%s', 'main')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .map(([sha = '', author = '', subject = '']) => ({ sha, author, subject, pushedAtMs: times.get(sha) }));
  // Commits that were pushed together came with the last of them.
  return commits.map((commit, index) => ({
    ...commit,
    pushedAtMs: commits.slice(index).find(({ pushedAtMs }) => pushedAtMs !== undefined)?.pushedAtMs,
  }));
}

function whenChanged<T>(path: string, read: () => T): () => T {
  let before: { stamp: string; value: T } | undefined;
  return () => {
    const { mtimeMs = 0, size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
    const stamp = `${mtimeMs} ${size}`;
    if (before?.stamp !== stamp) before = { stamp, value: read() };
    return before.value;
  };
}

// A line that is just being written is read with the next look.
function parseLines<T>(text: string): readonly T[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as T];
    } catch {
      return [];
    }
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
