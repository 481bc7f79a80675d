import type { AgentStatus } from '#api/agent.ts';
import { backendOf } from '#backends/registry.ts';
import type { CreateSession } from '#plan/action.ts';

import { agentChanges } from './agent/agent-changes.ts';
import type { AgentPass } from './agent/agent-pass.ts';
import { agentReadiness } from './agent/agent-readiness.ts';
import { exitStatus } from './agent/exit-status.ts';
import { begunStatus, crashLoopStatus, leftoverStatus } from './agent/restart-status.ts';
import { adoptedStatus, sessionStatus, startedStatus, withoutLaunch } from './agent/session-status.ts';
import { stallStatus, waitStatus, wokenStatus } from './agent/stall-status.ts';
import { conditionsOf, doneOutcome } from './pass.ts';

/** The status of an agent after a pass. */
export function summarizeAgent(pass: AgentPass): AgentStatus {
  const {
    operation: _settled,
    session: _session,
    stall: _stall,
    waitingUntil: _until,
    leftoverSince: _since,
    crashLoopSince: _loop,
    begunRestart: _begun,
    ...kept
  } = pass.object.status ?? { conditions: [] };
  const started = doneOutcome(pass, 'CreateSession');
  const ended = doneOutcome(pass, 'StopSession') !== undefined && started === undefined;
  return {
    ...(ended ? withoutLaunch(kept) : kept),
    ...(started === undefined ? {} : startedStatus(pass, started.action as CreateSession)),
    ...adoptedStatus(pass),
    ...(ended ? {} : { ...sessionStatus(pass), ...exitStatus(pass) }),
    ...stallStatus(pass),
    ...waitStatus(pass),
    ...wokenStatus(pass),
    ...typingStatus(pass),
    ...leftoverStatus(pass),
    ...crashLoopStatus(pass),
    ...begunStatus(pass),
    handOffs: handOffs(pass),
    observedGeneration: pass.object.metadata.generation,
    conditions: [...conditionsOf(pass, agentReadiness(pass), agentChanges(pass))],
  };
}

// Whether a message is known to have been taken, or may be typed again after a crash.
function handOffs({ object }: AgentPass): 'Acknowledged' | 'AtLeastOnce' {
  return backendOf(object.spec.backend.type).acceptance === 'None' ? 'AtLeastOnce' : 'Acknowledged';
}

// A message that was begun is brought to its end by a later pass, which finds it by its nonce; another one would be glued
// to what stands in the input.
function typingStatus(pass: AgentPass): Partial<AgentStatus> {
  const operation = pass.object.status?.operation;
  const hasOtherSession = pass.outcomes.some(({ action }) => action.type === 'CreateSession');
  if (operation?.step !== 'TypeMessage' || hasOtherSession) return {};
  const typed = pass.outcomes.find(({ action }) => action.type === 'TypeMessage');
  const isOver = typed?.result === 'Done' && typed.facts.accepted !== false;
  return isOver ? {} : { operation };
}
