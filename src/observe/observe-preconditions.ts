import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { isPoweredOn } from '#api/instance-power.ts';
import { fromIso } from '#api/time.ts';
import type { Precondition, PreconditionStatus } from '#api/virtual-machine-precondition.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import { certificateTimes, readSourceFile, type SourceFile } from '#drivers/files/read-source-file.ts';
import type { GuestFile, GuestReader } from '#drivers/incus/guest.ts';
import type { InstanceTarget, InstanceView } from '#drivers/incus/incus.ts';

import type { PreconditionView, VirtualMachineObservation } from './observation.ts';
import type { Readers } from './readers.ts';

/** The note in a machine that tells one disk from another; the folder of notes about one step. */
const DISK_NOTE = '/var/lib/ccci/disk';
const stepFolder = (name: string) => `/var/lib/ccci/steps/${name}`;

/** How often a machine that is as it should be is looked into, in ms: its poll costs one request otherwise. */
const LOOK_AGAIN_MS = 600_000;
const MAX_OUTPUT = 300;

type Inside = Pick<VirtualMachineObservation, 'disk' | 'preconditions'>;
type At = { readonly guest: GuestReader; readonly target: InstanceTarget; readonly readers: Readers };

const NOT_LOOKED: Inside = { disk: unknown('NotObserved', 'not needed'), preconditions: [] };

/** Looks into the machine where something may be missing there: after a start, while steps are open, and every ten minutes. */
export async function observeInside(
  machine: VirtualMachineObject,
  instance: Fact<InstanceView>,
  readers: Readers,
): Promise<Inside> {
  const isUp = instance.state === 'known' && isPoweredOn(instance.value.status);
  const isOurs = isUp && instance.value.config['user.ccci.name'] === machine.metadata.name;
  if (!isOurs || machine.spec.preconditions.length === 0 || !isDue(machine, instance.value, readers)) return NOT_LOOKED;
  const { guest } = await readers.machineOf(`VirtualMachine/${machine.metadata.name}`);
  const at = { guest, target: { project: machine.spec.project, name: machine.spec.instance }, readers };
  const disk = await readNote(at, DISK_NOTE);
  // Nothing is done before the disk has its note.
  if (disk.state !== 'known') return { disk, preconditions: [] };
  const preconditions = await Promise.all(machine.spec.preconditions.map((step) => look(at, step)));
  return { disk, preconditions };
}

function isDue({ status, metadata }: VirtualMachineObject, instance: InstanceView, readers: Readers): boolean {
  if (status?.disk === undefined || !status.preconditions.every(isSettled)) return true;
  const isSame = status.uuid === instance.config['volatile.uuid'] && status.observedGeneration === metadata.generation;
  return !isSame || !isFresh(status, readers.now().wallMs);
}

function isSettled({ state }: PreconditionStatus): boolean {
  return state === 'Done' || state === 'Kept';
}

// Whatever became of its disk while it was down, it has to be looked at once it is up.
function isFresh({ preconditionsAt, bootedAt, power }: VirtualMachineStatus, nowMs: number): boolean {
  const lookedMs = fromIso(preconditionsAt);
  if (lookedMs === undefined || !isPoweredOn(power) || (fromIso(bootedAt) ?? 0) >= lookedMs) return false;
  return lookedMs <= nowMs && nowMs < lookedMs + LOOK_AGAIN_MS;
}

async function readNote({ guest, target }: At, path: string): Promise<Fact<string>> {
  const file = await guest.file(target, path);
  return file.state === 'known' ? known(file.value.bytes.toString('utf8').trim()) : file;
}

async function look(at: At, step: Precondition): Promise<PreconditionView> {
  if (step.command !== undefined) return lookAtCommand(at, step);
  const { file, line } = step;
  const source = await sourceOf(file?.from ?? line?.from ?? '', line !== undefined);
  const [found, note] = await Promise.all([
    at.guest.file(at.target, file?.path ?? line?.path ?? ''),
    readNote(at, `${stepFolder(step.name)}/done`),
  ]);
  const wanted = line === undefined || source.state !== 'known' ? undefined : source.value.bytes;
  return {
    name: step.name,
    source: mapFact(source, ({ bytes, ...rest }) => ({ ...rest, digest: digest(at, bytes) })),
    target: mapFact(found, (value) => targetOf(at, value, wanted)),
    note,
  };
}

async function sourceOf(path: string, isLine: boolean): Promise<Fact<SourceFile>> {
  const source = await readSourceFile(path);
  return isLine ? mapFact(source, ({ bytes }) => ({ bytes: Buffer.from(bytes.toString('utf8').trim()) })) : source;
}

function mapFact<A, B>(fact: Fact<A>, change: (value: A) => B): Fact<B> {
  return fact.state === 'known' ? known(change(fact.value)) : fact;
}

function targetOf(at: At, { bytes, mode, uid, gid }: GuestFile, line: Buffer | undefined) {
  const certificate = certificateTimes(bytes);
  const lines = bytes.toString('latin1').split('\n');
  const hasLine = line === undefined ? undefined : lines.some((one) => one.trimEnd() === line.toString('latin1'));
  return { digest: digest(at, bytes), mode, uid, gid, certificate, hasLine };
}

async function lookAtCommand(at: At, { name }: Precondition): Promise<PreconditionView> {
  const folder = stepFolder(name);
  const [begun, exit] = await Promise.all([readNote(at, `${folder}/begun`), readNote(at, `${folder}/exit`)]);
  const base = { name, source: ABSENT, target: ABSENT };
  if (begun.state !== 'known' || exit.state === 'unknown')
    return { ...base, note: begun.state === 'known' ? exit : begun };
  const [hash = '', begunMs] = begun.value.split(' ');
  if (exit.state === 'absent') return { ...base, note: known(hash), begunMs: Number(begunMs) };
  const output = exit.value === '0' ? undefined : await readNote(at, `${folder}/output`);
  const said = output?.state === 'known' ? { output: output.value.slice(-MAX_OUTPUT) } : {};
  return { ...base, note: known(`${hash} ${exit.value}`), begunMs: Number(begunMs), ...said };
}

function digest({ readers }: At, bytes: Buffer): string {
  return readers.hash(bytes.toString('latin1'));
}
