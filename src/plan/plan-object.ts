import type { AnyObject } from '#api/kinds.ts';
import type { Observation } from '#observe/observation.ts';

import { FINALIZER } from './action.ts';
import { planAgent } from './plan-agent.ts';
import { planGate } from './plan-gate.ts';
import { planPhase } from './plan-phase.ts';
import { planRepository } from './plan-repository.ts';
import { planSequence } from './plan-sequence.ts';
import { planVirtualMachine } from './plan-virtual-machine.ts';
import { settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';

/** The plan for any object. The observation must be of the object's kind. */
export function planObject(object: AnyObject, seen: Observation, moment: Moment): Plan {
  const key = `${object.kind}/${object.metadata.name}`;
  if (object.kind === 'Agent' && seen.kind === 'Agent') return planAgent(object, seen, moment);
  if (object.kind === 'VirtualMachine' && seen.kind === 'VirtualMachine')
    return planVirtualMachine(object, seen, moment);
  if (object.metadata.deletionTimestamp !== undefined) return { key, ...finalize(key) };
  if (object.kind === 'Repository' && seen.kind === 'Repository') return planRepository(object, seen, moment);
  if (object.kind === 'Gate' && seen.kind === 'Gate') return planGate(object, seen, moment);
  if (object.kind === 'Phase' && seen.kind === 'Phase') return planPhase(object, seen, moment);
  if (object.kind === 'Sequence' && seen.kind === 'Sequence') return planSequence(object, seen, moment);
  return { key, ...plain(object) };
}

function finalize(key: string): Decision {
  return {
    actions: [
      { type: 'Finalize', reason: 'Deleted', message: 'it was deleted', blast: 'none', key, finalizer: FINALIZER },
    ],
    waiting: [],
  };
}

function plain(object: AnyObject): Decision {
  if (object.kind !== 'Notifier' && object.kind !== 'AgentRun') return settled();
  return waitFor('NotSupported', `${object.kind} is stored, but does nothing in this version`, { needsPerson: true });
}
