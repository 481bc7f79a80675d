import type { PhaseObject } from '#api/phase.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import { backendOf } from '#backends/registry.ts';

import { doNow, type Decision } from '../plan.ts';
import { currentPhaseOf, isAlive, ownPane, targetOf, type AgentCase } from './agent-case.ts';

/** Why an agent is to be started with the prompt of another phase. */
export type PhaseCause = { readonly reason: 'PhaseAdvanced'; readonly message: string };

/** Set when the agent was launched for another phase than the one that is open. */
export function otherPhase(at: AgentCase): PhaseCause | undefined {
  const phase = currentPhaseOf(at);
  const running = at.agent.status?.launch?.phaseId;
  if (phase === undefined || running === undefined || running === phase.spec.id) return undefined;
  return { reason: 'PhaseAdvanced', message: sayWhy(at, running, phase) };
}

// It stands in the prompt of the next start.
function sayWhy(at: AgentCase, running: string, { metadata, spec }: PhaseObject): string {
  const entries = at.seen.related.sequence?.status?.phases ?? [];
  const order = entries.find(({ name }) => name === metadata.name)?.reopenedBy;
  if (order !== undefined) {
    const why = order.why === undefined ? '' : `: ${order.why}`;
    return `phase "${spec.id}" is open again, as ${order.by} ordered${why}`;
  }
  const waits = entries.find(({ id }) => id === running)?.state === 'Pending';
  return waits
    ? `phase "${spec.id}" comes first; phase "${running}" waits for it`
    : `phase "${running}" is over; phase "${spec.id}" is open`;
}

/** What is left of the time that a turn may go on after the next phase has opened, ms; undefined before it was noticed. */
export function turnLeftMs(at: AgentCase): number | undefined {
  const wait = at.agent.status?.phaseWait;
  const sinceMs = fromIso(wait?.since);
  if (sinceMs === undefined || wait?.phaseId !== currentPhaseOf(at)?.spec.id) return undefined;
  return sinceMs + parseDurationMs(at.agent.spec.liveness.finishWithin) - at.moment.wallMs;
}

/** Interrupts a turn whose time is over, once; undefined when it is not time, or a person is at work in the session. */
export function interruptTurn(at: AgentCase, { message }: PhaseCause): Decision | undefined {
  const own = ownPane(at);
  const keys = backendOf(at.agent.spec.backend.type).interruptKeys;
  const isInterrupted = at.agent.status?.phaseWait?.interruptedAt !== undefined;
  if (own === undefined || keys.length === 0 || isInterrupted || !isOverdue(at)) return undefined;
  const why = `${message}; its turn has gone on for longer than liveness.finishWithin`;
  return doNow(
    [{ type: 'Interrupt', reason: 'PhaseAdvanced', message: why, blast: 'live', target: targetOf(own), keys }],
    parseDurationMs(at.agent.spec.liveness.stepTimeout),
  );
}

/** True when the turn was interrupted and the agent did not come to rest, so that it is restarted in the middle of it. */
export function isCutDue(at: AgentCase): boolean {
  if (!isOverdue(at)) return false;
  const { interruptKeys } = backendOf(at.agent.spec.backend.type);
  const interruptedMs = fromIso(at.agent.status?.phaseWait?.interruptedAt);
  if (interruptedMs === undefined) return interruptKeys.length === 0;
  return at.moment.wallMs >= interruptedMs + parseDurationMs(at.agent.spec.liveness.stepTimeout);
}

// What somebody has typed and not sent, or reads in the history, is not taken away from them.
function isOverdue(at: AgentCase): boolean {
  const { screenState } = at.seen;
  const isFree = screenState !== undefined && screenState.box !== 'Draft' && ownPane(at)?.pane.inMode !== true;
  const leftMs = turnLeftMs(at);
  return isAlive(at) && isFree && leftMs !== undefined && leftMs <= 0;
}
