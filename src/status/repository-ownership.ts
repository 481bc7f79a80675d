import type { OwnershipFinding, RepositoryStatus } from '#api/repository.ts';
import { judgeOwnership, unknownWriters } from '#plan/repository/judge-ownership.ts';

import { condition } from './pass.ts';
import { isAcknowledged } from './repository-history.ts';
import type { RepositoryPass } from './repository-pass.ts';

type OwnershipStatus = NonNullable<RepositoryStatus['ownership']>;

/** How many findings are kept; events tell of all. */
const KEPT = 20;

/** What this pass found, newest first: told once, because a commit that was looked at is not looked at again. */
export function newFindings({ seen }: RepositoryPass): readonly OwnershipFinding[] {
  return seen.ownership === undefined ? [] : judgeOwnership(seen.ownership);
}

/** How far commits were looked at, and what was found that nobody has acknowledged. Undefined when nobody owns anything. */
export function ownershipStatus(pass: RepositoryPass): OwnershipStatus | undefined {
  const { object, seen } = pass;
  const { commit, ownership: before } = object.status ?? {};
  if (seen.ownership === undefined || commit === undefined) return undefined;
  const kept = isAcknowledged(pass) ? [] : (before?.findings ?? []);
  const checked = before === undefined || isLooked(pass) ? commit : before.checked;
  return { checked, findings: [...newFindings(pass), ...kept].slice(0, KEPT) };
}

// A start that is gone, and a list that is too long, would hold everything up for ever: it goes on from the head.
function isLooked({ seen }: RepositoryPass): boolean {
  const changes = seen.ownership?.changes;
  return changes?.state !== 'unknown' || ['CommitMissing', 'ChangesTooLarge'].includes(changes.reason);
}

/** Whether commits kept to the files of their authors. */
export function ownershipConditions({ seen }: RepositoryPass, status: OwnershipStatus | undefined) {
  if (seen.ownership === undefined || status === undefined) return [];
  const [finding] = status.findings;
  if (finding !== undefined)
    return [condition('OwnershipKept', false, { reason: 'OwnershipBroken', message: findingMessage(finding) })];
  const { changes, writers } = seen.ownership;
  const unknown = unknownWriters(writers);
  const message =
    changes.state === 'unknown'
      ? changes.message
      : `commits of ${unknown.join(', ')} can not be told: give each agent a spec.author with an e-mail of its own`;
  return changes.state === 'unknown' || unknown.length > 0
    ? [condition('OwnershipKept', undefined, { reason: 'OwnershipUnchecked', message })]
    : [condition('OwnershipKept', true, { reason: 'OwnershipKept' })];
}

/** Which commit touched what, and whose that is. Names from the repository are shown without control characters, and cut. */
export function findingMessage({ commit, author, path, section, owner }: OwnershipFinding): string {
  const part = section === undefined ? '' : `part "${section}" of `;
  return `commit ${commit.slice(0, 12)} of ${author} touched ${part}"${shown(path)}", which ${owner} owns`;
}

function shown(path: string): string {
  const clean = path.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return clean.length <= 120 ? clean : `${clean.slice(0, 119)}…`;
}
