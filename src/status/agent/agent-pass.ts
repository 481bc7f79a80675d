import type { AgentObject } from '#api/agent.ts';
import type { AgentObservation, PaneClaim } from '#observe/observation.ts';
import type { AgentCase } from '#plan/agent/agent-case.ts';

import type { Pass } from '../pass.ts';

/** One pass over one agent. */
export type AgentPass = Pass<AgentObject, AgentObservation>;

/** What the planning of this pass looked at, with the status as it is now. */
export function caseOf({ plan, object, seen, moment }: AgentPass): AgentCase {
  return { key: plan.key, agent: object, seen, moment };
}

/** The pane of the agent while its process runs; undefined otherwise. */
export function alive(pass: AgentPass): PaneClaim | undefined {
  const { pane, process } = pass.seen;
  const isOurs = pane !== undefined && (pane.ownership !== 'Named' || pass.object.spec.mode === 'Interactive');
  return isOurs && process.state === 'known' ? pane : undefined;
}
