import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';

import { waitFor, type Decision } from '../plan.ts';
import { stateOf, type AgentCase } from './agent-case.ts';

const LOOK_MS = 15_000;

/** Says what a live agent is blocked by when only a person can help. Being blocked is a state: nothing is restarted for it. */
export function blockedOnScreen(at: AgentCase): Decision | undefined {
  const state = stateOf(at);
  const attach = `"ccci attach ${at.agent.metadata.name}" opens it`;
  const person = { needsPerson: true, requeueAfterMs: LOOK_MS };
  if (state?.state === 'AwaitingInput')
    return waitFor('DialogOpen', `a dialog waits for a person (${state.dialog ?? 'unknown'}); ${attach}`, person);
  if (state?.state === 'AuthRequired') return waitFor('LoginNeeded', `its program is not logged in; ${attach}`, person);
  return state?.state === 'Starting' ? startingTooLong(at, attach) : undefined;
}

function startingTooLong(at: AgentCase, attach: string): Decision | undefined {
  const startedMs = fromIso(at.agent.status?.startedAt);
  const { timeout } = at.agent.spec.startup;
  if (startedMs === undefined || at.moment.wallMs < startedMs + parseDurationMs(timeout)) return undefined;
  return waitFor('StartupTimedOut', `it has not become ready in ${timeout}; ${attach}`, {
    needsPerson: true,
    requeueAfterMs: LOOK_MS,
  });
}
