import { findCondition } from '#api/conditions.ts';
import type { AgentObject } from '#api/agent.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';

import type { ObjectSet } from './object-set.ts';
import type { MachineRelations } from './observation.ts';

/** What a machine's plan needs of the other objects of this moment. */
export function machineRelations(machine: VirtualMachineObject, objects: ObjectSet): MachineRelations {
  const agents = objects.all('Agent').filter(({ spec }) => dependsOn(spec.dependsOn, machine.metadata.name));
  const others = objects.all('VirtualMachine').filter(({ metadata }) => metadata.name !== machine.metadata.name);
  return {
    agents: agents.map(({ metadata }) => metadata.name),
    busyAgents: agents.filter(isBusy).map(({ metadata }) => metadata.name),
    busyMachines: others.filter((other) => isBeingMade(other, machine)).map(({ metadata }) => metadata.name),
    failingOthers: [
      ...objects.all('Repository').filter(isUnreachable),
      ...others.filter((other) => !isOnSameServer(other, machine) && isUnreachable(other)),
    ].map(({ kind, metadata }) => `${kind}/${metadata.name}`),
  };
}

function dependsOn(list: AgentObject['spec']['dependsOn'], name: string): boolean {
  return list.some((dependency) => dependency.kind === 'VirtualMachine' && dependency.name === name);
}

// Without a session nothing is lost; with one, only a state that says so counts as being between turns.
function isBusy({ status }: AgentObject): boolean {
  if (status?.session === undefined) return false;
  return !['Idle', 'WaitingDeclared', 'UsageLimited', 'AuthRequired', 'AwaitingInput'].includes(
    status.state?.name ?? '',
  );
}

function isBeingMade(other: VirtualMachineObject, machine: VirtualMachineObject): boolean {
  const { operation } = other.status ?? {};
  const isMaking = operation?.step === 'CreateInstance' || operation?.detail?.['kind'] === 'Recreate';
  return isMaking && isOnSameServer(other, machine) && other.spec.project === machine.spec.project;
}

function isOnSameServer(a: VirtualMachineObject, b: VirtualMachineObject): boolean {
  return a.spec.server.url === b.spec.server.url && a.spec.server.socket === b.spec.server.socket;
}

const NETWORK = ['ServerUnreachable', 'ServerHung', 'RemoteUnreachable', 'TimedOut'];

function isUnreachable({
  status,
}: {
  readonly status?: { readonly conditions: Parameters<typeof findCondition>[0] } | undefined;
}): boolean {
  return NETWORK.includes(findCondition(status?.conditions ?? [], 'Ready')?.reason ?? '');
}
