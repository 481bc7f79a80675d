import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Duration, LocalPath, Suspend, Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';
import { Operation } from './operation.ts';

const SAFE_URL = /^[^-\s\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*$/;

const Url = z
  .string()
  .regex(SAFE_URL, 'must be the address of a git repository, without spaces and without a leading "-"')
  .refine(
    (url) => !/^[A-Za-z0-9+.-]+::/.test(url),
    'must not use a remote helper such as "ext::": it would run a program',
  )
  .refine((url) => !/^[a-z+]+:\/\/[^/@]*:[^/@]*@/.test(url), 'must not hold a password: secrets are references');

const Branch = z
  .string()
  .regex(/^[^-/.\s~^:?*[\\\x00-\x1f\x7f][^\s~^:?*[\\\x00-\x1f\x7f]*$/, 'must be the name of a git branch')
  .refine((name) => !/\.\.|\/\/|@\{|\.lock$|[/.]$/.test(name), 'must be the name of a git branch');

/** A git repository that agents coordinate through. */
export const RepositorySpec = z.strictObject({
  description: z.string().optional().describe('What the repository is for.'),
  suspend: Suspend,
  url: Url.describe('Address of the repository, as `git clone` takes it.'),
  branch: Branch.default('main').describe('Branch that claims, verdicts and status files are read from.'),
  interval: Duration.default('30s').describe('Time between two looks at the remote when nothing hints at a change.'),
  watchClones: z
    .boolean()
    .default(true)
    .describe("Take changes of the agents' own clones as hints to look at the remote at once."),
  credentials: z
    .strictObject({ envFile: LocalPath.describe('File of KEY=value lines with the credentials.') })
    .optional()
    .describe('Where the credentials are.'),
  appendOnly: z.boolean().optional().describe('Refuse to go on after the history was rewritten.'),
  webhook: z
    .strictObject({ secretFile: LocalPath.describe('File with the secret that requests are signed with.') })
    .optional()
    .describe('Take requests of the git server as hints.'),
});
export type RepositorySpec = z.infer<typeof RepositorySpec>;

/** What is known about a repository. */
export const RepositoryStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  commit: z.string().optional().describe('Head of the branch: the one commit that gates and phases derive from.'),
  previousCommit: z.string().optional().describe('Head before this one.'),
  fetchedAt: Timestamp.optional().describe('When the remote answered last with something new.'),
  operation: Operation.optional().describe('Act in progress.'),
});
export type RepositoryStatus = z.infer<typeof RepositoryStatus>;

/** A repository with all defaults. */
export type RepositoryObject = ApiObject<'Repository', RepositorySpec, RepositoryStatus>;
