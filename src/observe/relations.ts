import type { AgentObject } from '#api/agent.ts';
import { findCondition, isTrue } from '#api/conditions.ts';
import { activeOrder } from '#api/operator.ts';
import type { PhaseObject } from '#api/phase.ts';

import { accountRelations } from './account-relations.ts';
import type { AgentRelations } from './observation.ts';
import type { ObjectSet } from './object-set.ts';

/** What an agent's plan needs of the other objects of this moment, epoch ms. */
export function relationsOf(agent: AgentObject, objects: ObjectSet, nowMs: number): AgentRelations {
  const { repositoryRef, sequence } = agent.spec;
  return {
    repository: repositoryRef === undefined ? undefined : objects.find('Repository', repositoryRef.name),
    sequence: sequence === undefined ? undefined : objects.find('Sequence', sequence),
    phases: sequence === undefined ? [] : phasesOf(sequence, objects),
    ...accountRelations(agent, objects),
    dependencies: agent.spec.dependsOn.map(({ kind, name }) => dependency(`${kind}/${name}`, objects)),
    deliveries: openDeliveries(agent, objects),
    unreadable: objects.unreadable.filter((key) => /^(Phase|Sequence|Rig)\//.test(key)),
    blockedPhase: sequence === undefined ? undefined : blockedPhase(sequence, objects),
    stopped: objects.find('Rig', 'default')?.operator?.stop,
    stalledOthers: objects
      .all('Agent')
      .filter((other) => other.metadata.name !== agent.metadata.name && isHeldUp(other, nowMs))
      .map((other) => other.metadata.name),
  };
}

function blockedPhase(sequence: string, objects: ObjectSet): string | undefined {
  const name = objects.find('Sequence', sequence)?.status?.currentPhase;
  const phase = name === undefined ? undefined : objects.find('Phase', name);
  return isTrue(phase?.status?.conditions ?? [], 'Blocked') ? name : undefined;
}

/** The phases of a sequence by order. */
export function phasesOf(sequence: string, objects: ObjectSet): readonly PhaseObject[] {
  return objects
    .all('Phase')
    .filter((phase) => phase.spec.sequence === sequence && phase.metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => a.spec.order - b.spec.order);
}

function openDeliveries(agent: AgentObject, objects: ObjectSet) {
  return objects
    .all('Delivery')
    .filter(({ spec, status }) => spec.agentRef.name === agent.metadata.name && status?.settledAt === undefined)
    .filter(({ spec }) => spec.cause.gate === undefined || isThere(`Gate/${spec.cause.gate}`, objects))
    .toSorted((a, b) => (a.spec.createdAt < b.spec.createdAt ? -1 : 1));
}

// Nobody settles what a gate had to say once a person has deleted it.
function isThere(key: string, objects: ObjectSet): boolean {
  return objects.byKey(key) !== undefined || objects.unreadable.includes(key);
}

function dependency(key: string, objects: ObjectSet) {
  const object = objects.byKey(key);
  if (object === undefined) return { key, ready: false, message: 'does not exist' };
  const ready = findCondition(object.status?.conditions ?? [], 'Ready');
  const isCurrent = ready?.observedGeneration === object.metadata.generation;
  return { key, ready: ready?.status === 'True' && isCurrent, message: ready?.reason ?? 'not looked at yet' };
}

// A suspended agent is not going to be restarted: its stall says nothing about a common cause.
function isHeldUp({ spec, status, operator }: AgentObject, nowMs: number): boolean {
  return status?.stall !== undefined && !spec.suspend && activeOrder(operator?.suspend, nowMs) === undefined;
}
