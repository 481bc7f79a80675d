import type { AgentStatus } from '#api/agent.ts';
import { backendOf } from '#backends/registry.ts';
import type { CreateSession } from '#plan/action.ts';

import { agentChanges } from './agent/agent-changes.ts';
import type { AgentPass } from './agent/agent-pass.ts';
import { agentReadiness } from './agent/agent-readiness.ts';
import { exitStatus } from './agent/exit-status.ts';
import { guardStatus } from './agent/guard-status.ts';
import { restartStatus } from './agent/restart-status.ts';
import { adoptedStatus, sessionStatus, startedStatus, withoutLaunch } from './agent/session-status.ts';
import { stateChanges } from './agent/state-changes.ts';
import { stateStatus } from './agent/state-status.ts';
import { stallStatus, waitStatus, wokenStatus } from './agent/stall-status.ts';
import { messageStatus } from './agent/message-status.ts';
import { startingStatus } from './agent/typing-status.ts';
import { conditionsOf, doneOutcome } from './pass.ts';

/** The status of an agent after a pass. */
export function summarizeAgent(pass: AgentPass): AgentStatus {
  const kept = keptStatus(pass);
  const state = stateStatus(pass);
  const started = doneOutcome(pass, 'CreateSession');
  const ended = doneOutcome(pass, 'StopSession') !== undefined && started === undefined;
  return {
    ...(ended ? withoutLaunch(kept) : kept),
    ...(started === undefined ? {} : startedStatus(pass, started.action as CreateSession)),
    ...adoptedStatus(pass),
    ...(ended ? {} : { ...sessionStatus(pass), ...exitStatus(pass) }),
    ...state,
    ...stallStatus(pass),
    ...waitStatus(pass),
    ...wokenStatus(pass),
    ...startingStatus(pass),
    ...messageStatus(pass),
    ...restartStatus(pass),
    ...guardStatus(pass),
    handOffs: handOffs(pass),
    observedGeneration: pass.object.metadata.generation,
    conditions: [
      ...conditionsOf(pass, agentReadiness(pass), [...agentChanges(pass), ...stateChanges(pass, state.state)]),
    ],
  };
}

// Everything that is not derived anew in each pass.
function keptStatus(pass: AgentPass): Partial<AgentStatus> & Pick<AgentStatus, 'conditions'> {
  const {
    operation: _settled,
    session: _session,
    stall: _stall,
    waitingUntil: _until,
    leftoverSince: _since,
    crashLoopSince: _loop,
    begunRestart: _begun,
    messages: _messages,
    phaseWait: _phaseWait,
    ...kept
  } = pass.object.status ?? { conditions: [] };
  return kept;
}

// Whether a message is known to have been taken, or may be typed again after a crash.
function handOffs({ object }: AgentPass): 'Acknowledged' | 'AtLeastOnce' {
  return backendOf(object.spec.backend.type).acceptance === 'None' ? 'AtLeastOnce' : 'Acknowledged';
}
