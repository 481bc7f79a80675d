import type { AgentObject } from '#api/agent.ts';
import type { Condition } from '#api/condition.ts';
import type { Readiness } from '#api/conditions.ts';
import type { Kind } from '#api/kind.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { AgentObservation } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';

import { conditionsOf, isoOf, unsettledReadiness, type Pass } from './pass.ts';
import { intendOnMachine } from './machine/intend-on-machine.ts';
import { intendSession, intendStop } from './agent/restart-status.ts';
import { summarizeAccount } from './summarize-account.ts';
import { summarizeAgent } from './summarize-agent.ts';
import { summarizeDelivery } from './summarize-delivery.ts';
import { summarizeGate } from './summarize-gate.ts';
import { intendNotice, summarizeNotifier } from './summarize-notifier.ts';
import { summarizePhase } from './summarize-phase.ts';
import { summarizeRepository } from './summarize-repository.ts';
import { summarizeRig } from './summarize-rig.ts';
import { summarizeSequence } from './summarize-sequence.ts';
import { summarizeVirtualMachine } from './summarize-virtual-machine.ts';

/** A status as it is stored. */
export type StatusRecord = { readonly conditions: readonly Condition[] } & Readonly<Record<string, unknown>>;

type Summarizer = (pass: never) => StatusRecord;

const SUMMARIZERS: Readonly<Partial<Record<Kind, Summarizer>>> = {
  Account: summarizeAccount,
  Agent: summarizeAgent,
  Delivery: summarizeDelivery,
  Gate: summarizeGate,
  Notifier: summarizeNotifier,
  Phase: summarizePhase,
  Repository: summarizeRepository,
  Rig: summarizeRig,
  Sequence: summarizeSequence,
  VirtualMachine: summarizeVirtualMachine,
};

/** The status of any object after a pass. */
export function summarize(pass: Pass): StatusRecord {
  const { object, seen } = pass;
  const summarizer = object.kind === seen.kind ? SUMMARIZERS[object.kind] : undefined;
  // The kinds were compared: the pass belongs to this summarizer, which TypeScript can not follow.
  return summarizer === undefined ? plainStatus(pass) : summarizer(pass as never);
}

/** The status to write before the act, for an action that must not be repeated blindly; undefined for the others. */
export function intend(pass: Pass, action: Action): StatusRecord | undefined {
  const { object, seen } = pass;
  if (action.type === 'CreateSession') return intendSession(pass as Pass<AgentObject, AgentObservation>, action);
  if (action.type === 'StopSession') return intendStop(pass as Pass<AgentObject, AgentObservation>);
  if (action.type === 'TypeMessage') {
    const operation = {
      id: action.nonce,
      step: 'TypeMessage',
      startedAt: isoOf(pass),
      deadline: isoOf(pass),
      detail: { deliveries: action.deliveries },
    };
    return { conditions: [], ...object.status, operation };
  }
  if (action.type === 'SendNotice' && object.kind === 'Notifier' && seen.kind === 'Notifier')
    return intendNotice({ ...pass, object, seen }, action.id);
  if (object.kind !== 'VirtualMachine' || seen.kind !== 'VirtualMachine') return undefined;
  return intendOnMachine({ ...pass, object, seen }, action);
}

function plainStatus(pass: Pass): StatusRecord {
  const ready: Readiness = { ready: 'True', progress: 'Settled', reason: 'Ready', message: '' };
  return {
    ...(pass.object.status as AnyObject['status'] & Record<string, unknown>),
    observedGeneration: pass.object.metadata.generation,
    conditions: conditionsOf(pass, unsettledReadiness(pass) ?? ready, []),
  };
}
