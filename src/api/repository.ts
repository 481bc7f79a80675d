import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Duration, LocalPath, Suspend, Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';
import { Operation } from './operation.ts';
import { RepositoryCredentials } from './repository-credentials.ts';
import { rule } from './rule.ts';

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

const fields = {
  description: z.string().optional().describe('What the repository is for.'),
  suspend: Suspend,
  url: Url.describe('Address of the repository, as `git clone` takes it.'),
  branch: Branch.default('main').describe('Branch that claims, verdicts and status files are read from.'),
  interval: Duration.default('30s').describe('Time between two looks at the remote when nothing hints at a change.'),
  watchClones: z
    .boolean()
    .default(true)
    .describe("Take changes of the agents' own clones as hints to look at the remote at once."),
  credentials: RepositoryCredentials.optional().describe(
    "Where the credentials are; without it git finds its own, as the controller's user.",
  ),
  appendOnly: z
    .boolean()
    .default(true)
    .describe(
      'Report a force-push of the branch until a person runs `ccci reconcile`; with false it is expected and only noted. Nothing is held up.',
    ),
  webhook: z
    .strictObject({
      secretFile: LocalPath.describe('File with the secret that the git server signs its requests with.'),
    })
    .optional()
    .describe('Take requests of the git server as hints; they come to `ccci run --webhook-listen`.'),
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

/** A git repository that agents coordinate through. */
export const RepositorySpec = z.strictObject(fields).check(rule(['url', 'credentials'], checkCredentials));
export type RepositorySpec = z.infer<typeof RepositorySpec>;

const HistoryRewrite = z.looseObject({
  before: z.string().describe('Head that the branch had.'),
  after: z.string().describe('Head that it was given.'),
  at: Timestamp.describe('When it was noticed.'),
});

/** A commit of one agent to something that another one owns. */
export const OwnershipFinding = z.looseObject({
  commit: z.string().describe('The commit.'),
  author: z.string().describe('Agent that made it, by its author e-mail.'),
  path: z.string().describe('File that it touched.'),
  section: z.string().optional().describe('Part of the file, when only that is owned.'),
  owner: z.string().describe('Agent that owns it.'),
});
export type OwnershipFinding = z.infer<typeof OwnershipFinding>;

const OwnershipStatus = z.looseObject({
  checked: z.string().describe('Commit up to which commits were looked at.'),
  findings: z.array(OwnershipFinding).default([]).describe('The newest that nobody has acknowledged, newest first.'),
});

/** What is known about a repository. */
export const RepositoryStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  commit: z.string().optional().describe('Head of the branch: the one commit that gates and phases derive from.'),
  previousCommit: z.string().optional().describe('Head before this one.'),
  rewrite: HistoryRewrite.optional().describe('The last force-push of the branch that nobody has acknowledged.'),
  ownership: OwnershipStatus.optional().describe('What is known about commits to files of other agents.'),
  fetchedAt: Timestamp.optional().describe('When the remote answered last with something new.'),
  attemptedAt: Timestamp.optional().describe('When the remote was asked last.'),
  observedUrl: z.string().optional().describe('Address that was asked.'),
  observedBranch: z.string().optional().describe('Branch that was asked for.'),
  credentialsStamp: z
    .string()
    .optional()
    .describe('Changes with the files of the credentials; says nothing about them.'),
  tidiedAt: Timestamp.optional().describe('When the mirror was tidied last.'),
  cloneHeads: z
    .record(z.string(), z.string())
    .optional()
    .describe('Heads that the local clones had seen then, by path.'),
  handledReconcile: z.string().optional().describe('Last order of a person that was carried out.'),
  operation: Operation.optional().describe('Act in progress.'),
});
export type RepositoryStatus = z.infer<typeof RepositoryStatus>;

/** A repository with all defaults. */
export type RepositoryObject = ApiObject<'Repository', RepositorySpec, RepositoryStatus>;

function checkCredentials({ url, credentials }: Shape) {
  if (credentials === undefined) return [];
  const isHttp = /^https?:\/\//i.test(url);
  const isSsh = /^(ssh|git\+ssh|ssh\+git):\/\//i.test(url) || /^[^/:]+:(?!\/\/)/.test(url);
  const wrongPair = credentials.envFile !== undefined && !isHttp;
  const wrongKey = credentials.keyFile !== undefined && !isSsh;
  return [
    ...(wrongPair
      ? [
          {
            path: ['credentials', 'envFile'],
            rule: 'must be for an http(s) url: user and password have no use elsewhere',
          },
        ]
      : []),
    ...(wrongKey ? [{ path: ['credentials', 'keyFile'], rule: 'must be for an ssh url' }] : []),
  ];
}
