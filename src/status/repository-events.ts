import type { StoredEvent } from '#store/store.ts';

import { isoOf, type Pass } from './pass.ts';
import { newRewrite, rewriteMessage } from './repository-history.ts';
import { findingMessage, newFindings } from './repository-ownership.ts';
import type { RepositoryPass } from './repository-pass.ts';

/** What a person hears of a repository beside its conditions: each force-push and each commit to what somebody else owns, once. */
export function repositoryEvents(pass: Pass): readonly StoredEvent[] {
  const { object, seen } = pass;
  if (object.kind !== 'Repository' || seen.kind !== 'Repository') return [];
  const at = { ...pass, object, seen };
  return [...rewriteEvents(at), ...ownershipEvents(at)];
}

function rewriteEvents(pass: RepositoryPass): readonly StoredEvent[] {
  const rewrite = newRewrite(pass);
  if (rewrite === undefined || !pass.object.spec.appendOnly) return [];
  const { before, after } = rewrite;
  return [warning(pass, `${before}/${after}`, { reason: 'HistoryRewritten', message: rewriteMessage(rewrite) })];
}

function ownershipEvents(pass: RepositoryPass): readonly StoredEvent[] {
  return newFindings(pass).map((finding) => {
    const id = `${finding.commit}/${finding.owner}/${finding.section ?? ''}/${finding.path}`;
    return warning(pass, id, { reason: 'OwnershipBroken', message: findingMessage(finding) });
  });
}

// The id follows from what happened alone: told again after a crash, it is still one event.
function warning(pass: RepositoryPass, id: string, said: { reason: string; message: string }): StoredEvent {
  const { key } = pass.plan;
  return { id: `${key}/${said.reason}/${id}`, about: key, type: 'Warning', ...said, at: isoOf(pass), count: 1 };
}
