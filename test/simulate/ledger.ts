import type { FakeGit } from '../fakes/fake-git.ts';

/** One commit as the simulation itself remembers it, apart from every driver. */
export type Entry = {
  readonly sha: string;
  readonly parent: string | undefined;
  readonly subject: string;
  /** Ids of phases whose status file says that they are done, at this commit. */
  readonly doneIds: ReadonlySet<string>;
  readonly atMs: number;
  /** Made by somebody who is no part of the rig: what it says does not count. */
  readonly isForged: boolean;
};

/** Where one scope stands, derived without the code under test. */
export type ScopeTruth = {
  readonly scope: string;
  readonly claim: Entry;
  readonly verdict?: 'PASS' | 'FAIL' | 'VETO' | 'unclear';
  readonly isVetoed: boolean;
  /** The commit of the verdict. */
  readonly answer?: Entry;
};

const SUBJECT = /^(claim|review)\(([^)]+)\): (\w+)/;

/** The one branch of the simulated repository, with what its commits mean. */
export class Ledger {
  readonly url = 'https://git.example.org/rig.git';
  readonly git: FakeGit;
  readonly #entries = new Map<string, Entry>();
  readonly #nowMs: () => number;

  constructor(git: FakeGit, nowMs: () => number) {
    this.git = git;
    this.#nowMs = nowMs;
    const sha = git.remote(this.url).commit({ subject: 'begin', files: { 'README.md': 'rig' } });
    this.#entries.set(sha, { sha, parent: undefined, subject: 'begin', doneIds: new Set(), atMs: 0, isForged: false });
  }

  /** The head of the remote branch. */
  head(): string {
    return this.git.remote(this.url).branches.get('main') ?? '';
  }

  /** Commits from a head back to, and without, an older one; newest first. */
  history(from = this.head(), until?: string): readonly Entry[] {
    const found: Entry[] = [];
    const stop = until === undefined ? new Set<string>() : new Set(this.history(until).map(({ sha }) => sha));
    for (let at = this.#entries.get(from); at !== undefined; at = this.#entries.get(at.parent ?? '')) {
      if (stop.has(at.sha)) break;
      found.push(at);
    }
    return found;
  }

  /** Commits in a clone on top of the remote head and pushes. Throws when the clone or the remote is not there. */
  push(path: string, subject: string, doneId?: string): string {
    const clone = this.git.folders.get(path);
    if (clone === undefined || !('tracking' in clone)) throw new Error(`there is no clone in "${path}"`);
    if (this.git.remote(this.url).fault !== undefined) throw new Error('the remote does not answer');
    this.git.pull(path);
    const parent = this.head();
    // What was rewritten on the remote is taken as it is: an agent that finds out resets to it.
    Object.assign(clone, { head: parent });
    const files = doneId === undefined ? { log: subject } : { [`STATUS-${doneId}.md`]: '# Status\n\n## DONE\n' };
    const name = path.slice(path.lastIndexOf('/') + 1);
    const sha = this.git.commitIn(path, { subject, files, author: { name, email: `${name}@example.org` } });
    this.#remember(sha, { parent, subject, doneId });
    this.git.push(path);
    return sha;
  }

  /** Somebody throws the last commits away and puts another one there. */
  forcePush(dropped: number): void {
    const line = this.history();
    const onto = line[Math.min(dropped, line.length - 1)]?.sha ?? this.head();
    const sha = this.git.remote(this.url).forcePush({ onto, subject: `rewritten ${String(dropped)}` });
    this.#remember(sha, { parent: onto, subject: 'rewritten' });
  }

  /** Somebody who is neither of the two agents claims or answers. */
  forge(subject: string): void {
    const parent = this.head();
    const author = { name: 'stranger', email: 'stranger@example.org' };
    const sha = this.git.remote(this.url).commit({ subject, author, files: { log: subject } });
    this.#remember(sha, { parent, subject, isForged: true });
  }

  /** The scopes claimed in these commits (newest first). */
  scopes(line: readonly Entry[]): readonly ScopeTruth[] {
    const scopes = new Map<string, ScopeTruth>();
    const vetoed = new Set<string>();
    for (const entry of line.toReversed()) {
      if (entry.isForged) continue;
      const [, kind, scope = '', word = ''] = SUBJECT.exec(entry.subject) ?? [];
      if (kind === 'claim') scopes.set(scope, { scope, claim: entry, isVetoed: vetoed.has(scope) });
      if (kind === 'review') enterVerdict(scopes, vetoed, { scope, word, entry });
    }
    return [...scopes.values()];
  }

  /** Scopes with a veto whose claim is no longer there. */
  bareVetoes(line: readonly Entry[]): readonly string[] {
    const last = new Map<string, string>();
    for (const { subject, isForged } of line.toReversed()) {
      if (isForged) continue;
      const [, kind, scope = '', word = ''] = SUBJECT.exec(subject) ?? [];
      if (kind === 'claim' || word === 'PASS') last.delete(scope);
      else if (word === 'VETO') last.set(scope, word);
    }
    const claimed = this.scopes(line).map(({ scope }) => scope);
    return [...last.keys()].filter((scope) => !claimed.includes(scope));
  }

  #remember(
    sha: string,
    made: { parent: string; subject: string; doneId?: string | undefined; isForged?: boolean },
  ): void {
    const before = this.#entries.get(made.parent)?.doneIds ?? new Set<string>();
    const doneIds = made.doneId === undefined ? before : new Set([...before, made.doneId]);
    const { parent, subject, isForged = false } = made;
    this.#entries.set(sha, { sha, parent, subject, doneIds, atMs: this.#nowMs(), isForged });
  }
}

function enterVerdict(
  scopes: Map<string, ScopeTruth>,
  vetoed: Set<string>,
  { scope, word, entry }: { scope: string; word: string; entry: Entry },
): void {
  if (word === 'VETO') vetoed.add(scope);
  if (word === 'PASS') vetoed.delete(scope);
  const truth = scopes.get(scope);
  const verdict = word === 'PASS' || word === 'FAIL' || word === 'VETO' ? word : 'unclear';
  if (truth !== undefined) scopes.set(scope, { ...truth, verdict, answer: entry, isVetoed: vetoed.has(scope) });
}
