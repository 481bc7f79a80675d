import { isBetweenTurns } from '#backends/agent-state.ts';
import { COVERED_VERSIONS } from '#backends/covered-versions.ts';

import { waitFor, type Decision } from '../plan.ts';
import { stateOf, type AgentCase } from './agent-case.ts';

const LOOK_MS = 15_000;

/**
 * Why a quiet agent may not be restarted although it reacts to nothing: its channels contradict each other, one of them
 * can not be read, or its program is of a version of which nobody knows what its silence means. Undefined when every
 * channel that it has says the same.
 */
export function withoutProof(at: AgentCase): Decision | undefined {
  const state = stateOf(at);
  const attach = `"ccci attach ${at.agent.metadata.name}" opens it`;
  const person = { needsPerson: true, requeueAfterMs: LOOK_MS };
  if (state?.contradiction !== undefined)
    return waitFor('StateContradicted', `it reacts to nothing, but ${state.contradiction}; ${attach}`, person);
  const { signals } = at.seen;
  if (signals?.state === 'unknown')
    return waitFor('SignalsUnreadable', `it reacts to nothing, but ${signals.message}; ${attach}`, person);
  const covered = COVERED_VERSIONS[at.agent.spec.backend.type];
  const isStrange = state?.version !== undefined && covered !== undefined && state.version !== covered;
  // At rest its turn was seen to end; anything else rests on what was not heard.
  if (!isStrange || isBetweenTurns(state)) return undefined;
  const message = `it reacts to nothing, and what the silence of version ${String(state.version)} means is not known (${String(covered)} is); ${attach}`;
  return waitFor('VersionNotCovered', message, person);
}
