import type { AgentObject } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import { ABSENT, known, type Fact } from '#api/fact.ts';
import { fitsPattern } from '#api/path-pattern.ts';
import type { RepositoryObject } from '#api/repository.ts';
import type { CommitChanges } from '#drivers/git/git.ts';

import type { OwnershipView, Writer } from './observation.ts';
import type { Look } from './readers.ts';

/** The most commits that one look takes: what is older was pushed while nobody was there to be told in time. */
const MAX_COMMITS = 500;

/**
 * Who owns what in a repository, and what the commits since the last look changed. Undefined when nobody owns anything.
 * The first look takes no commits: what was there before is nobody's fault.
 */
export async function observeOwnership(
  repository: RepositoryObject,
  look: Look & { readonly mirror: string },
): Promise<OwnershipView | undefined> {
  const writers = look.objects
    .all('Agent')
    .filter(({ spec }) => spec.repositoryRef?.name === repository.metadata.name)
    .map(writerOf);
  if (writers.every(({ owns }) => owns.length === 0)) return undefined;
  const { commit: to, ownership } = repository.status ?? {};
  const from = ownership?.checked;
  const changes =
    to === undefined || from === undefined
      ? known([])
      : await look.readers.git.changes(look.mirror, { to, from, limit: MAX_COMMITS });
  const texts = changes.state === 'known' ? await readTexts(changes.value, writers, look) : {};
  return { writers, changes, texts };
}

function writerOf({ metadata, spec }: AgentObject): Writer {
  return { agent: metadata.name, owns: spec.owns, ...compact({ email: spec.author?.email }) };
}

/** Files of which only parts are owned are read before and after each commit that touched them. */
async function readTexts(
  changes: readonly CommitChanges[],
  writers: readonly Writer[],
  { readers, mirror }: Look & { readonly mirror: string },
): Promise<Readonly<Record<string, Fact<string>>>> {
  const patterns = writers.flatMap(({ owns }) => owns.filter(({ section }) => section !== undefined));
  const emails = new Set(writers.flatMap(({ email }) => email?.toLowerCase() ?? []));
  const wanted = changes
    .filter(({ commit }) => emails.has(commit.author.email.toLowerCase()))
    .flatMap(({ commit, paths }) =>
      paths
        .filter((path) => patterns.some((one) => fitsPattern(path, one.path)))
        .flatMap((path) => [commit.sha, ...commit.parents].map((sha) => ({ sha, path }))),
    );
  const texts = new Map<string, Fact<string>>();
  for (const { sha, path } of wanted) {
    const id = textId(sha, path);
    if (!texts.has(id)) texts.set(id, absentIsEmpty(await readers.git.fileAt(mirror, sha, path)));
  }
  return Object.fromEntries(texts);
}

function textId(sha: string, path: string): string {
  return `${sha}:${path}`;
}

function absentIsEmpty(fact: Fact<string>): Fact<string> {
  return fact.state === ABSENT.state ? known('') : fact;
}
