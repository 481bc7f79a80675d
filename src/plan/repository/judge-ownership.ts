import type { Ownership } from '#api/agent-ownership.ts';
import { compact } from '#api/compact.ts';
import { fitsPattern } from '#api/path-pattern.ts';
import type { OwnershipFinding } from '#api/repository.ts';
import { sectionOf, withoutSections } from '#api/section.ts';
import type { CommitChanges } from '#drivers/git/git.ts';
import type { OwnershipView, Writer } from '#observe/observation.ts';

/**
 * Commits of one agent that touched what another one owns, newest first. Who made a commit is told by its author e-mail;
 * a commit of nobody's or of an address that two agents share is no agent's. A merge is charged only with what differs
 * from each of its parents. A file that could not be read is not judged.
 */
export function judgeOwnership({ writers, changes, texts }: OwnershipView): readonly OwnershipFinding[] {
  if (changes.state !== 'known') return [];
  return changes.value.flatMap((change) => {
    const author = authorOf(change, writers);
    if (author === undefined) return [];
    return change.paths.flatMap((path) => judgePath({ change, path, author, writers, texts }));
  });
}

/** Agents whose commits nobody can tell from those of others: without an author e-mail, or with a shared one. */
export function unknownWriters(writers: readonly Writer[]): readonly string[] {
  return writers
    .filter(({ email }) => email === undefined || withEmail(writers, email).length > 1)
    .map(({ agent }) => agent);
}

function authorOf({ commit }: CommitChanges, writers: readonly Writer[]): Writer | undefined {
  const found = withEmail(writers, commit.author.email);
  return found.length === 1 ? found[0] : undefined;
}

function withEmail(writers: readonly Writer[], email: string): readonly Writer[] {
  return writers.filter((writer) => writer.email?.toLowerCase() === email.toLowerCase());
}

type Case = {
  readonly change: CommitChanges;
  readonly path: string;
  readonly author: Writer;
  readonly writers: readonly Writer[];
  readonly texts: OwnershipView['texts'];
};

function judgePath(at: Case): readonly OwnershipFinding[] {
  const { change, path, author, writers } = at;
  const own = owned(author, path);
  return writers
    .filter((writer) => writer !== author)
    .flatMap((owner) => owned(owner, path).map(({ section }) => ({ owner, section })))
    .filter(({ section }) => !own.some((one) => one.section === section) && touches(at, section, own))
    .map(({ owner, section }) => ({
      commit: change.commit.sha,
      author: author.agent,
      path,
      ...compact({ section }),
      owner: owner.agent,
    }));
}

function owned({ owns }: Writer, path: string): readonly Ownership[] {
  return owns.filter((one) => fitsPattern(path, one.path));
}

// Of a file that another agent owns as a whole, the author may still own parts.
function touches(at: Case, section: string | undefined, own: readonly Ownership[]): boolean {
  if (section !== undefined) return differs(at, (text) => sectionOf(text, section));
  const parts = own.flatMap((one) => one.section ?? []);
  return parts.length === 0 || differs(at, (text) => withoutSections(text, parts));
}

function differs({ change, path, texts }: Case, part: (text: string) => string): boolean {
  const { sha, parents } = change.commit;
  const [after, ...before] = [sha, ...parents].map((commit) => texts[`${commit}:${path}`]);
  if (after?.state !== 'known') return false;
  const now = part(after.value);
  if (before.length === 0) return now !== '';
  return before.every((text) => text?.state === 'known' && part(text.value) !== now);
}
