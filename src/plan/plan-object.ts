import type { Kind } from '#api/kind.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { Observation } from '#observe/observation.ts';

import { FINALIZER } from './action.ts';
import { planAccount } from './plan-account.ts';
import { planAgent } from './plan-agent.ts';
import { planDelivery } from './plan-delivery.ts';
import { planGate } from './plan-gate.ts';
import { planNotifier } from './plan-notifier.ts';
import { planPhase } from './plan-phase.ts';
import { planRepository } from './plan-repository.ts';
import { planRig } from './plan-rig.ts';
import { planSequence } from './plan-sequence.ts';
import { planVirtualMachine } from './plan-virtual-machine.ts';
import { settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';

type Planner = (object: never, seen: never, moment: Moment) => Plan;

/** Kinds with something to plan; their deletion is planned there too where something live hangs on it. */
const PLANNERS: Readonly<Partial<Record<Kind, Planner>>> = {
  Account: planAccount,
  Agent: planAgent,
  Delivery: planDelivery,
  Gate: planGate,
  Notifier: planNotifier,
  Phase: planPhase,
  Repository: planRepository,
  Rig: planRig,
  Sequence: planSequence,
  VirtualMachine: planVirtualMachine,
};

/** The plan for any object. The observation must be of the object's kind. */
export function planObject(object: AnyObject, seen: Observation, moment: Moment): Plan {
  const key = `${object.kind}/${object.metadata.name}`;
  const hasLiveThings = object.kind === 'Agent' || object.kind === 'VirtualMachine';
  if (object.metadata.deletionTimestamp !== undefined && !hasLiveThings) return { key, ...finalize(key) };
  const planner = object.kind === seen.kind ? PLANNERS[object.kind] : undefined;
  // The kinds were compared: object and observation belong to this planner, which TypeScript can not follow.
  return planner === undefined ? { key, ...plain(object) } : planner(object as never, seen as never, moment);
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
  if (object.kind !== 'AgentRun') return settled();
  return waitFor('NotSupported', `${object.kind} is stored, but does nothing in this version`, { needsPerson: true });
}
