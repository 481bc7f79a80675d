import { unknown, valueOf, type Fact } from '#api/fact.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { VirtualMachineProbe } from '#api/virtual-machine-probe.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { InstanceView, IncusReader } from '#drivers/incus/incus.ts';
import type { ProbeResult } from '#drivers/probe/probe.ts';

import type { VirtualMachineObservation } from './observation.ts';
import type { Look, Readers } from './readers.ts';

/** Looks at one instance: state, the open operation, and the probes that are due. */
export async function observeVirtualMachine(
  machine: VirtualMachineObject,
  { readers }: Look,
): Promise<VirtualMachineObservation> {
  const { project, instance: name, image } = machine.spec;
  const reader = await readers.incusOf(`VirtualMachine/${machine.metadata.name}`);
  const instance = await reader.instance(project, name);
  const isAbsent = instance.state === 'absent';
  const operation = machine.status?.operation;
  return {
    kind: 'VirtualMachine',
    rig: readers.rig,
    instance,
    image:
      isAbsent && image?.alias !== undefined
        ? await reader.imageTarget(project, image.alias)
        : unknown('NotObserved', 'not needed'),
    ...(operation === undefined ? {} : { operation: await reader.operation(operation.id) }),
    busyWith: await busyWith(reader, instance, machine),
    probes: await runProbes(machine, { readers, reader, instance }),
  };
}

// Asked only where something may be under way: a converged machine costs one request per look.
async function busyWith(reader: IncusReader, instance: Fact<InstanceView>, machine: VirtualMachineObject) {
  const { project, instance: name } = machine.spec;
  const isResting =
    instance.state === 'known' && ['Running', 'Ready'].includes(instance.value.status) && machine.spec.running;
  return isResting || instance.state === 'unknown'
    ? unknown('NotObserved', 'not needed')
    : reader.operationsOn(project, name);
}

type ProbeLook = { readonly readers: Readers; readonly reader: IncusReader; readonly instance: Fact<InstanceView> };

async function runProbes(machine: VirtualMachineObject, look: ProbeLook): Promise<Record<string, ProbeResult>> {
  const instance = valueOf(look.instance);
  const isUp = instance !== undefined && ['Running', 'Ready'].includes(instance.status);
  if (!isUp) return {};
  const nowMs = look.readers.now().wallMs;
  const due = machine.spec.probes.filter((probe) => isDue(probe, machine, nowMs));
  const results = await Promise.all(
    due.map(async (probe) => [probe.name, await runProbe(probe, machine, look)] as const),
  );
  return Object.fromEntries(results);
}

function isDue(probe: VirtualMachineProbe, machine: VirtualMachineObject, nowMs: number): boolean {
  const lastMs = fromIso(machine.status?.probes.find(({ name }) => name === probe.name)?.lastAt);
  const restartedMs = fromIso(machine.status?.softRestarts.at(-1)) ?? 0;
  // After a clock that jumped back a restart may lie in the future: how long ago it was can not be known.
  if (restartedMs <= nowMs && nowMs < restartedMs + parseDurationMs(probe.delay)) return false;
  return lastMs === undefined || lastMs > nowMs || nowMs - lastMs >= parseDurationMs(probe.period);
}

async function runProbe(
  probe: VirtualMachineProbe,
  machine: VirtualMachineObject,
  { readers, reader, instance }: ProbeLook,
): Promise<ProbeResult> {
  const timeoutMs = parseDurationMs(probe.timeout);
  if (probe.tcp !== undefined) return readers.prober.tcp({ ...probe.tcp, timeoutMs });
  if (probe.http !== undefined) {
    const { url, status } = probe.http;
    return readers.prober.http({ url, timeoutMs, ...(status === undefined ? {} : { expectStatus: status }) });
  }
  if (probe.ssh !== undefined) {
    const { host, port, user, keyFile } = probe.ssh;
    const where = {
      host,
      ...(port === undefined ? {} : { port }),
      ...(user === undefined ? {} : { user }),
      ...(keyFile === undefined ? {} : { keyFile }),
    };
    return readers.prober.ssh({ ...where, knownHostsFile: `${readers.rig.stateDir}/known_hosts`, timeoutMs });
  }
  if (probe.agent !== undefined) return agentProbe(await reader.state(machine.spec.project, machine.spec.instance));
  return instance.state === 'known' ? { ok: true, message: 'runs' } : { ok: false, message: 'does not run' };
}

function agentProbe(state: Awaited<ReturnType<IncusReader['state']>>): ProbeResult {
  if (state.state !== 'known') return { ok: false, message: 'its state could not be read' };
  return state.value.processes >= 0
    ? { ok: true, message: 'answers' }
    : { ok: false, message: 'the agent in the instance does not answer' };
}
