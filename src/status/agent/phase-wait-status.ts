import type { AgentStatus } from '#api/agent.ts';
import { currentPhaseOf, isAlive } from '#plan/agent/agent-case.ts';
import { otherPhase } from '#plan/agent/next-phase.ts';

import { doneOutcome, isoOf } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';
import { notLater } from './not-later.ts';

/** Since when an agent in mid-turn is awaited for the next phase, and whether its turn was interrupted for it. */
export function phaseWaitStatus(pass: AgentPass): Partial<AgentStatus> {
  const phaseId = awaitingPhase(pass);
  if (phaseId === undefined) return {};
  const before = pass.object.status?.phaseWait;
  const kept = before?.phaseId === phaseId ? before : undefined;
  const isInterrupted = doneOutcome(pass, 'Interrupt')?.action.reason === 'PhaseAdvanced';
  const interruptedAt = isInterrupted ? isoOf(pass) : kept?.interruptedAt;
  return {
    phaseWait: {
      phaseId,
      since: notLater(kept?.since, isoOf(pass)),
      ...(interruptedAt === undefined ? {} : { interruptedAt: notLater(interruptedAt, isoOf(pass)) }),
    },
  };
}

function awaitingPhase(pass: AgentPass): string | undefined {
  const at = caseOf(pass);
  const isOver = doneOutcome(pass, 'CreateSession') !== undefined || doneOutcome(pass, 'StopSession') !== undefined;
  return isOver || !isAlive(at) || otherPhase(at) === undefined ? undefined : currentPhaseOf(at)?.spec.id;
}
