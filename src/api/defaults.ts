import type { AgentBackend } from './agent-backend.ts';
import type { AgentSpec, CompleteAgentSpec } from './agent.ts';
import type { CompletePhaseSpec, PhaseSpec } from './phase.ts';
import type { CompleteVirtualMachineSpec, VirtualMachineSpec } from './virtual-machine.ts';

/** An agent's spec with the defaults that depend on other fields and on its name. */
export function completeAgent(name: string, spec: AgentSpec): CompleteAgentSpec {
  const { backend, liveness, ...rest } = spec;
  return {
    ...rest,
    session: spec.session ?? name,
    backend: { ...backend, account: backend.account ?? backend.type },
    liveness: { ...liveness, wakeAtMarker: liveness.wakeAtMarker ?? defaultWaker(backend) },
  };
}

/** A phase's spec with its id and status file. */
export function completePhase(name: string, spec: PhaseSpec): CompletePhaseSpec {
  const id = spec.id ?? name;
  return { ...spec, id, statusFile: spec.statusFile ?? `STATUS-${id}.md` };
}

/** A virtual machine's spec with the name of its instance. */
export function completeVirtualMachine(name: string, spec: VirtualMachineSpec): CompleteVirtualMachineSpec {
  return { ...spec, instance: spec.instance ?? name };
}

function defaultWaker({ type }: AgentBackend): 'Agent' | 'Controller' {
  return type === 'claude' || type === 'command' ? 'Agent' : 'Controller';
}
