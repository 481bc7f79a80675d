import type { AgentStateStatus } from '#api/agent-state-status.ts';
import { findCondition, type ConditionChange } from '#api/conditions.ts';
import { fromIso } from '#api/time.ts';
import { COVERED_VERSIONS } from '#backends/covered-versions.ts';
import { declaredWait } from '#plan/agent/wait-marker.ts';

import { condition } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';

/** Channels that differ for longer than this differ for good; a screen may lag behind for a moment. */
const CONTRADICTION_MS = 30_000;

/** Conditions about how well the agent's state is known. Each is there only once it had something to say. */
export function stateChanges(pass: AgentPass, state: AgentStateStatus | undefined): readonly ConditionChange[] {
  const changes = [contradicted(pass, state), waitTooLong(pass)].filter(
    (change) => change.status === 'True' || wasSet(pass, change),
  );
  return [...changes, ...versionCovered(pass, state)];
}

function wasSet({ object }: AgentPass, { type }: ConditionChange): boolean {
  return findCondition(object.status?.conditions ?? [], type) !== undefined;
}

function contradicted({ moment }: AgentPass, state: AgentStateStatus | undefined): ConditionChange {
  const sinceMs = fromIso(state?.contradictionSince) ?? moment.wallMs;
  const holds = state?.contradiction !== undefined && moment.wallMs - sinceMs >= CONTRADICTION_MS;
  const message = `${state?.contradiction ?? ''}; nothing is ended for that`;
  return condition(
    'StateContradicted',
    holds,
    holds ? { reason: 'StateContradicted', message } : { reason: 'Running' },
  );
}

function waitTooLong(pass: AgentPass): ConditionChange {
  const isCapped = declaredWait(caseOf(pass))?.isCapped === true;
  const { maxWait } = pass.object.spec.liveness;
  const message = `it declared a wait that is longer than liveness.maxWait; ${maxWait} are believed`;
  return condition('WaitTooLong', isCapped, isCapped ? { reason: 'WaitTooLong', message } : { reason: 'Running' });
}

function versionCovered({ object }: AgentPass, state: AgentStateStatus | undefined): readonly ConditionChange[] {
  const { type } = object.spec.backend;
  const covered = COVERED_VERSIONS[type];
  if (state?.version === undefined || covered === undefined) return [];
  const isCovered = state.version === covered;
  const message = `${type} ${state.version} runs, and ccci knows the screens and signals of ${covered}; it goes on with care: "ccci doctor" shows screens that it did not know`;
  return [
    condition(
      'VersionCovered',
      isCovered,
      isCovered ? { reason: 'Running' } : { reason: 'VersionNotCovered', message },
    ),
  ];
}
