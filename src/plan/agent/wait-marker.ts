import { parseWaitMarker } from '#backends/parse-wait-marker.ts';
import { parseDurationMs } from '#api/quantity.ts';

import { stateOf, type AgentCase } from './agent-case.ts';

/** A declared wait. `untilMs` is capped at `maxWait` after the marker was first seen. */
export type DeclaredWait = { readonly untilMs: number; readonly isCapped: boolean; readonly isOver: boolean };

/** The wait that the agent's last message declares; undefined when there is none, or it can not be read. */
export function declaredWait(at: AgentCase): DeclaredWait | undefined {
  const state = stateOf(at);
  const marker = state?.waitMarker;
  if (marker === undefined) return undefined;
  const parsed = parseWaitMarker(marker, at.agent.spec.liveness.waitMarker);
  if (parsed === undefined || parsed === 'Malformed') return undefined;
  const { maxWait, grace } = at.agent.spec.liveness;
  const latestMs = (at.seen.activity?.markerSinceMs ?? at.moment.wallMs) + parseDurationMs(maxWait);
  const untilMs = Math.min(parsed, latestMs);
  return { untilMs, isCapped: parsed > latestMs, isOver: at.moment.wallMs > untilMs + parseDurationMs(grace) };
}
