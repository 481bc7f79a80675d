import { compact } from '#api/compact.ts';
import { unknown, valueOf, type Fact } from '#api/fact.ts';
import { isPoweredOn } from '#api/instance-power.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { VirtualMachineProbe } from '#api/virtual-machine-probe.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import { readSourceFile } from '#drivers/files/read-source-file.ts';
import type { InstanceView, IncusReader } from '#drivers/incus/incus.ts';
import type { ProbeResult } from '#drivers/probe/probe.ts';

import { machineRelations } from './machine-relations.ts';
import type { VirtualMachineObservation } from './observation.ts';
import { observeFirstBoot, withoutSecrets } from './observe-first-boot.ts';
import { observeInside } from './observe-preconditions.ts';
import type { Look, Readers } from './readers.ts';

/** Looks at one instance: state, the open operation, what is in it, and the probes that are due. */
export async function observeVirtualMachine(
  machine: VirtualMachineObject,
  { readers, objects }: Look,
): Promise<VirtualMachineObservation> {
  const { project, instance: name } = machine.spec;
  const reader = await readers.incusOf(`VirtualMachine/${machine.metadata.name}`);
  const instance = withoutSecrets(await reader.instance(project, name), readers);
  const look = { readers, reader, instance };
  return {
    kind: 'VirtualMachine',
    rig: readers.rig,
    instance,
    image: await observeImage(machine, look),
    ...(await observeOperation(machine, reader)),
    busyWith: await busyWith(reader, instance, machine),
    ...(await observeMemory(machine, look)),
    ...observeFirstBoot(machine, readers),
    ...(await observeBackup(machine, look)),
    ...(await observeInside(machine, instance, readers)),
    ...(await observeClientCertificate(machine)),
    related: machineRelations(machine, objects),
    probes: await runProbes(machine, look),
  };
}

// A server says nothing but "not authorized" once it has expired, so it is read here.
async function observeClientCertificate({ spec }: VirtualMachineObject) {
  if (spec.server.certFile === undefined) return {};
  const file = valueOf(await readSourceFile(spec.server.certFile));
  return compact({ certificateUntilMs: file?.certificate?.notAfterMs });
}

const IMAGE_AGAIN_MS = 600_000;
const NOT_NEEDED = unknown('NotObserved', 'not needed');

// An alias moves seldom: a converged machine costs one request a poll, and this one every ten minutes.
async function observeImage(
  machine: VirtualMachineObject,
  { readers, reader, instance }: ProbeLook,
): Promise<Fact<string>> {
  const alias = machine.spec.image?.alias;
  const lookedMs = fromIso(machine.status?.imageAt);
  const nowMs = readers.now().wallMs;
  const isFresh = lookedMs !== undefined && lookedMs <= nowMs && nowMs < lookedMs + IMAGE_AGAIN_MS;
  if (alias === undefined || instance.state === 'unknown' || (instance.state === 'known' && isFresh)) return NOT_NEEDED;
  return reader.imageTarget(machine.spec.project, alias);
}

async function observeOperation({ status }: VirtualMachineObject, reader: IncusReader) {
  const operation = status?.operation;
  // An operation of several steps is ours; the server knows only the one that its current step has begun.
  const isPlain = operation?.detail?.['kind'] === undefined;
  const id = isPlain ? operation?.id : operation.detail?.['serverOperation'];
  return typeof id === 'string' ? { operation: await reader.operation(id) } : {};
}

// Only where a step may take more: before a create, in a recreate, and while the limit is another than it should be.
async function observeMemory(machine: VirtualMachineObject, { reader, instance }: ProbeLook) {
  const wanted = machine.spec.config['limits.memory'];
  const isSame =
    instance.state === 'known' && (wanted === undefined || instance.value.config['limits.memory'] === wanted);
  const isNew = instance.state === 'known' && instance.value.lastUsedAt.startsWith('1970-');
  const isOpen = isNew || machine.status?.operation !== undefined || machine.status?.failure !== undefined;
  if (machine.spec.memoryCap === undefined || instance.state === 'unknown' || (isSame && !isOpen)) return {};
  return { memory: await reader.memory(machine.spec.project) };
}

async function observeBackup(machine: VirtualMachineObject, { readers, reader }: ProbeLook) {
  const { operation } = machine.status ?? {};
  if (operation?.detail?.['backup'] !== 'Export') return {};
  const { project, instance: name } = machine.spec;
  const { backups } = await readers.machineOf(`VirtualMachine/${machine.metadata.name}`);
  const file = `${readers.rig.stateDir}/backups/${machine.metadata.name}/${operation.id}.tar.gz`;
  return {
    backup: await backups.look(file),
    serverBackup: await reader.backup({ project, name }, `ccci-${operation.id}`),
  };
}

// Asked only where something may be under way: a converged machine costs one request per look.
async function busyWith(reader: IncusReader, instance: Fact<InstanceView>, machine: VirtualMachineObject) {
  const { project, instance: name } = machine.spec;
  const isUp = instance.state === 'known' && isPoweredOn(instance.value.status);
  // A backup shows from its beginning on: only that nobody works on the instance says that it is whole.
  const isResting = isUp && machine.spec.running && machine.status?.operation?.detail?.['backup'] !== 'Export';
  return isResting || instance.state === 'unknown'
    ? unknown('NotObserved', 'not needed')
    : reader.operationsOn(project, name);
}

type ProbeLook = { readonly readers: Readers; readonly reader: IncusReader; readonly instance: Fact<InstanceView> };

async function runProbes(machine: VirtualMachineObject, look: ProbeLook): Promise<Record<string, ProbeResult>> {
  const instance = valueOf(look.instance);
  const isUp = instance !== undefined && isPoweredOn(instance.status);
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
  const starts = [machine.status?.softRestarts.at(-1), machine.status?.bootedAt].map((at) => fromIso(at) ?? 0);
  // After a clock that jumped back a start may lie in the future: how long ago it was can not be known.
  const startedMs = Math.max(...starts.filter((atMs) => atMs <= nowMs));
  if (nowMs < startedMs + parseDurationMs(probe.delay)) return false;
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
    const { url, status: expectStatus, ...expected } = probe.http;
    const nowMs = readers.now().wallMs;
    return readers.prober.http({ url, timeoutMs, nowMs, ...compact({ expectStatus }), ...compact(expected) });
  }
  if (probe.ssh !== undefined) {
    const { host, ...where } = probe.ssh;
    return readers.prober.ssh({
      host,
      ...compact(where),
      knownHostsFile: `${readers.rig.stateDir}/known_hosts`,
      timeoutMs,
    });
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
