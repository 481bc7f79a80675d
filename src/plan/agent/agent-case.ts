import type { AgentObject } from '#api/agent.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { stateOfScreen } from '#backends/merge-state.ts';
import type { AgentObservation, PaneClaim } from '#observe/observation.ts';

import type { PanePrecondition } from '#drivers/tmux/tmux.ts';
import type { Decision, Moment } from '../plan.ts';

/** Everything the planning of one agent may look at. */
export type AgentCase = {
  readonly key: string;
  readonly agent: AgentObject;
  readonly seen: AgentObservation;
  readonly moment: Moment;
};

/** One step of planning an agent: decides, or hands on to the next step. */
export type AgentStep = (at: AgentCase) => Decision | undefined;

/** The pane that belongs to this agent beyond doubt. */
export function ownPane(at: AgentCase): PaneClaim | undefined {
  return at.seen.pane?.ownership === 'Named' ? undefined : at.seen.pane;
}

/** True when the agent's own pane holds a process that runs, by kernel fact. */
export function isAlive(at: AgentCase): boolean {
  return ownPane(at) !== undefined && at.seen.process.state === 'known';
}

/** What has to hold in tmux at the moment of an act on this pane. */
export function targetOf(claim: PaneClaim): PanePrecondition {
  const { sessionId, paneId, panePid } = claim.pane;
  return { sessionId, paneId, panePid };
}

/** What the agent is doing: by all its channels where they were read together, otherwise by its screen. */
export function stateOf({ seen }: AgentCase): AgentState | undefined {
  return seen.state ?? (seen.screenState === undefined ? undefined : stateOfScreen(seen.screenState));
}

/** True when the agent is between turns and its input is open and empty. */
export function isBetweenTurns(at: AgentCase): boolean {
  const state = stateOf(at);
  return state?.box === 'Empty' && ['Idle', 'WaitingDeclared', 'ContextHigh'].includes(state.state);
}

/** The incarnation that runs in the pane, as its marks say. */
export function incarnationOf(at: AgentCase): string | undefined {
  return ownPane(at)?.pane.marks['incarnation'] ?? at.agent.status?.incarnation;
}

/** The phase that the agent's sequence is at, or undefined. */
export function currentPhaseOf(at: AgentCase) {
  const name = at.seen.related.sequence?.status?.currentPhase;
  return at.seen.related.phases.find((phase) => phase.metadata.name === name);
}

/** What every process that the agent's launches have started carries in its environment. */
export function markOf({ agent, seen }: AgentCase): { rig: string; agent: string } {
  return { rig: seen.rig.id, agent: agent.metadata.name };
}

/** The live process in the agent's pane, by pid and start time. */
export function processOf({ seen }: AgentCase): { pid: number; startTime: number } | undefined {
  if (seen.process.state !== 'known') return undefined;
  const { pid, startTime } = seen.process.value;
  return { pid, startTime };
}

/** The nonce of a message whose typing was begun and that stands on the terminal; undefined when there is none. */
export function openTyping({ agent, seen }: AgentCase): string | undefined {
  return seen.nonceShown === true ? agent.status?.operation?.id : undefined;
}

/** The nonce of the message of ours that stands in the input, also when nobody remembers that it was begun. */
export function draftNonce({ seen }: AgentCase): string | undefined {
  return /^\[ccci ([0-9a-z]+)\]/.exec(seen.screenState?.draft ?? '')?.[1];
}

/** True when what stands in the input was put there by ccci. */
export function isOurDraft(at: AgentCase): boolean {
  return draftNonce(at) !== undefined;
}
