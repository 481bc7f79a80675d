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
  const silence = unknownSilence(at);
  return silence === undefined
    ? undefined
    : waitFor('VersionNotCovered', `it reacts to nothing, and ${silence}; ${attach}`, person);
}

// At rest the end of a turn was seen; anything else rests on what was not heard.
function unknownSilence(at: AgentCase): string | undefined {
  const state = stateOf(at);
  const covered = COVERED_VERSIONS[at.agent.spec.backend.type];
  // A version is told at the beginning, which may be out of sight by now.
  const version = state?.version ?? at.agent.status?.state?.version;
  if (state === undefined || version === undefined || covered === undefined) return undefined;
  if (version === covered || isBetweenTurns(state)) return undefined;
  return `what the silence of version ${version} means is not known (${covered} is)`;
}
