import type { AgentBackend } from './agent-backend.ts';
import type { AgentSpec, AgentStatus, CompleteAgentSpec } from './agent.ts';
import type { AnyObject, ObjectByKind } from './kinds.ts';
import type { ApiObject } from './object.ts';
import type { CompletePhaseSpec, PhaseSpec, PhaseStatus } from './phase.ts';
import type { CompleteVirtualMachineSpec, VirtualMachineSpec, VirtualMachineStatus } from './virtual-machine.ts';

/** An object that its schemas have read, which fills in the defaults that do not depend on other fields. */
export type ParsedObject =
  | ApiObject<'Agent', AgentSpec, AgentStatus>
  | ApiObject<'Phase', PhaseSpec, PhaseStatus>
  | ApiObject<'VirtualMachine', VirtualMachineSpec, VirtualMachineStatus>
  | ObjectByKind[Exclude<keyof ObjectByKind, 'Agent' | 'Phase' | 'VirtualMachine'>];

/** The object with the defaults that depend on other fields or on its name. */
export function withDefaults(object: ParsedObject): AnyObject {
  const { name } = object.metadata;
  if (object.kind === 'Agent') return { ...object, spec: completeAgent(name, object.spec) };
  if (object.kind === 'Phase') return { ...object, spec: completePhase(name, object.spec) };
  if (object.kind === 'VirtualMachine') return { ...object, spec: completeVirtualMachine(name, object.spec) };
  return object;
}

function completeAgent(name: string, spec: AgentSpec): CompleteAgentSpec {
  const { backend, liveness } = spec;
  return {
    ...spec,
    session: spec.session ?? name,
    backend: { ...backend, account: backend.account ?? backend.type },
    liveness: { ...liveness, wakeAtMarker: liveness.wakeAtMarker ?? defaultWaker(backend) },
  };
}

function completePhase(name: string, spec: PhaseSpec): CompletePhaseSpec {
  const id = spec.id ?? name;
  return { ...spec, id, statusFile: spec.statusFile ?? `STATUS-${id}.md` };
}

function completeVirtualMachine(name: string, spec: VirtualMachineSpec): CompleteVirtualMachineSpec {
  return { ...spec, instance: spec.instance ?? name };
}

function defaultWaker({ type }: AgentBackend): 'Agent' | 'Controller' {
  return type === 'claude' || type === 'command' ? 'Agent' : 'Controller';
}
