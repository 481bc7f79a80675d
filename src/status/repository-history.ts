import type { RepositoryStatus } from '#api/repository.ts';

import { condition, doneOutcome, isoOf } from './pass.ts';
import type { RepositoryPass } from './repository-pass.ts';

type Rewrite = NonNullable<RepositoryStatus['rewrite']>;

/** A force-push that this pass noticed; undefined when it noticed none. */
export function newRewrite(pass: RepositoryPass): Rewrite | undefined {
  const outcome = doneOutcome(pass, 'FetchMirror');
  const { commit: after, isAppend } = outcome?.facts ?? {};
  const before = outcome?.action.type === 'FetchMirror' ? outcome.action.previous : undefined;
  if (isAppend !== false || before === undefined || after === undefined) return undefined;
  return { before, after, at: isoOf(pass) };
}

/** The force-push that still has to be looked at by a person: the newest one, until somebody orders a look after it. */
export function openRewrite(pass: RepositoryPass): Rewrite | undefined {
  return newRewrite(pass) ?? (isAcknowledged(pass) ? undefined : pass.object.status?.rewrite);
}

/** True when what was reported before is over: this pass carries out a person's order to look, or looks at another repository or branch than before. */
export function isAcknowledged({ object, outcomes }: RepositoryPass): boolean {
  const { operator, spec, status } = object;
  const order = operator?.reconcile;
  const isOrdered = order !== undefined && order.id !== status?.handledReconcile;
  const isElsewhere = status?.observedUrl !== spec.url || status.observedBranch !== spec.branch;
  return (isOrdered || isElsewhere) && outcomes.some(({ action }) => action.type === 'FetchMirror');
}

/** Whether the branch only ever grew, as far as was seen and not acknowledged. */
export function historyCondition(pass: RepositoryPass, rewrite: Rewrite | undefined) {
  if (rewrite === undefined) return condition('HistoryIntact', true, { reason: 'Fetched' });
  const message = rewriteMessage(rewrite);
  return pass.object.spec.appendOnly
    ? condition('HistoryIntact', false, { reason: 'HistoryRewritten', message })
    : condition('HistoryIntact', true, { reason: 'RewriteExpected', message });
}

/** What happened, with both commits. */
export function rewriteMessage({ before, after }: Rewrite): string {
  return `the branch was force-pushed from ${before.slice(0, 12)} to ${after.slice(0, 12)}, which does not contain it`;
}
