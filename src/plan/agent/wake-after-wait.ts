import { toIso } from '#api/time.ts';

import { doNow, type Decision } from '../plan.ts';
import type { AgentCase } from './agent-case.ts';
import { declaredWait } from './wait-marker.ts';

/** Prompts an agent that has no timer of its own when the wait that it declared is over; once per declared time. */
export function wakeAfterWait(at: AgentCase): Decision | undefined {
  const { liveness } = at.agent.spec;
  const wait = declaredWait(at);
  if (liveness.wakeAtMarker !== 'Controller' || wait === undefined || at.moment.wallMs < wait.untilMs) return undefined;
  // The name stands for the declared time: the same wait is never answered twice.
  const name = `wake-${at.agent.metadata.name.slice(0, 40)}-${wait.untilMs.toString(36)}`;
  if (at.agent.status?.['wokenFor'] === name) return undefined;
  const spec = {
    agentRef: { name: at.agent.metadata.name },
    nonce: at.moment.id,
    cause: { kind: 'Notice' as const },
    text: 'The time of your declared wait has come. Go on with your work.',
    createdAt: toIso(at.moment.wallMs),
  };
  return doNow(
    [
      {
        type: 'CreateDelivery',
        reason: 'WaitOver',
        message: 'the time of its declared wait has come',
        blast: 'live',
        name,
        spec,
      },
    ],
    100,
  );
}
