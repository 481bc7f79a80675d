import type { AgentStatus } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import { redactSecrets } from '#backends/redact-screen.ts';
import { exitCause } from '#plan/agent/exit-cause.ts';

import { isoOf } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';

/** How the last incarnation ended, told once for each. */
export function exitStatus(pass: AgentPass): Partial<AgentStatus> {
  const { object, seen } = pass;
  const incarnation = object.status?.incarnation;
  const isTold = object.status?.['exitedIncarnation'] === incarnation;
  if (seen.process.state !== 'absent' || incarnation === undefined || isTold) return {};
  const cause = exitCause(caseOf(pass));
  if (cause === undefined) return {};
  const pane = seen.pane?.pane;
  const screen = seen.screen.state === 'known' ? lastLines(redactSecrets(seen.screen.value)) : undefined;
  const end = compact({ status: pane?.deadStatus, signal: pane?.deadSignal, screen });
  return { exitedIncarnation: incarnation, lastExit: { at: isoOf(pass), ...cause, ...end } };
}

function lastLines(screen: string): string {
  // Between the last words and tmux's own line about the end there may be a whole empty screen.
  const lines = screen.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-20).join('\n').slice(-4000);
}
