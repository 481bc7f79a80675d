import { backendOf } from '#backends/registry.ts';
import type { ScreenState } from '#backends/screen-state.ts';

import { ownPane, type AgentCase } from './agent-case.ts';

/** The last words of a program that is gone, read from its dead pane; undefined when there are none. */
export function lastWords(at: AgentCase): ScreenState | undefined {
  const { process, screen } = at.seen;
  if (ownPane(at) === undefined || process.state !== 'absent' || screen.state !== 'known') return undefined;
  const { backend, liveness } = at.agent.spec;
  return backendOf(backend.type).classify(screen.value, { waitMarker: liveness.waitMarker });
}
