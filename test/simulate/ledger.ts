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
  /** What stands in the inboxes of agents, by name, at this commit. */
  readonly mail: ReadonlyMap<string, string>;
};

type Made = {
  readonly parent: string;
  readonly subject: string;
  readonly doneId?: string | undefined;
  readonly isForged?: boolean;
  /** The inbox that it writes (or, without a text, takes away). */
  readonly mail?: { readonly name: string; readonly text?: string } | undefined;
};

/** The file with messages for an agent. */
export function inboxOf(name: string): string {
  return `${name.toUpperCase()}-INBOX.md`;
}

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
    const first = { doneIds: new Set<string>(), atMs: 0, isForged: false, mail: new Map<string, string>() };
    this.#entries.set(sha, { sha, parent: undefined, subject: 'begin', ...first });
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
    const files = doneId === undefined ? { log: subject } : { [`STATUS-${doneId}.md`]: '# Status\n\n## DONE\n' };
    return this.#pushFiles(path, files, { subject, doneId });
  }

  /** Takes the inbox of an agent away, from its clone: it was read. */
  dropMail(path: string, name: string): void {
    this.#pushFiles(path, { [inboxOf(name)]: null }, { subject: 'inbox: read', mail: { name } });
  }

  #pushFiles(path: string, files: Readonly<Record<string, string | null>>, made: Omit<Made, 'parent'>): string {
    const clone = this.git.folders.get(path);
    if (clone === undefined || !('tracking' in clone)) throw new Error(`there is no clone in "${path}"`);
    if (this.git.remote(this.url).fault !== undefined) throw new Error('the remote does not answer');
    this.git.pull(path);
    const parent = this.head();
    // What was rewritten on the remote is taken as it is: an agent that finds out resets to it.
    Object.assign(clone, { head: parent });
    const name = path.slice(path.lastIndexOf('/') + 1);
    const sha = this.git.commitIn(path, {
      subject: made.subject,
      files,
      author: { name, email: `${name}@example.org` },
    });
    this.#remember(sha, { ...made, parent });
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

  /** Somebody leaves a message in the inbox of an agent. */
  post(name: string, text: string): void {
    const parent = this.head();
    const subject = `inbox: for ${name}`;
    const sha = this.git.remote(this.url).commit({ subject, files: { [inboxOf(name)]: text } });
    this.#remember(sha, { parent, subject, isForged: true, mail: { name, text } });
  }

  /** The commit whose hash begins like this. */
  entry(start: string): Entry | undefined {
    return [...this.#entries.values()].find(({ sha }) => sha.startsWith(start));
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

  #remember(sha: string, made: Made): void {
    const before = this.#entries.get(made.parent);
    const doneIds = new Set([...(before?.doneIds ?? []), ...(made.doneId === undefined ? [] : [made.doneId])]);
    const mail = new Map(before?.mail);
    if (made.mail?.text !== undefined) mail.set(made.mail.name, made.mail.text);
    else if (made.mail !== undefined) mail.delete(made.mail.name);
    const { parent, subject, isForged = false } = made;
    this.#entries.set(sha, { sha, parent, subject, doneIds, atMs: this.#nowMs(), isForged, mail });
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
