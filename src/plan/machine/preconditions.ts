import { isPoweredOn } from '#api/instance-power.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { Precondition, PreconditionStatus } from '#api/virtual-machine-precondition.ts';
import type { PreconditionView } from '#observe/observation.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { instanceOf, POLL_MS, retryInMs, type MachineCase } from './machine-case.ts';

/** Folder in a machine for ccci's own notes. */
export const NOTES = '/var/lib/ccci';
/** The note that tells one disk from another. */
export const DISK_NOTE = `${NOTES}/disk`;

/** Folder in the machine for the notes about one step. */
export function stepFolder(name: string): string {
  return `${NOTES}/steps/${name}`;
}

type Sight = Pick<MachineCase, 'machine' | 'seen' | 'moment'>;

/** Where a step stands and, when it is to be done now, why. */
export type StepVerdict = Verdict & { readonly name: string };

/** Does what must be in the machine, one step after the other and each as often as its manifest says. */
export function applyPreconditions(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  if (instance === undefined || !isPoweredOn(instance.status)) return undefined;
  return markDisk(at) ?? nextStep(at);
}

// A disk without a note is new, whoever made it so: what holds once for each disk is done again on it.
function markDisk(at: MachineCase): Decision | undefined {
  if (at.seen.disk.state !== 'absent' || at.machine.spec.preconditions.length === 0) return undefined;
  const isWiped = at.machine.status?.disk !== undefined;
  const message = isWiped ? 'its disk is not the one that it was: somebody made it anew' : 'its disk is new';
  const { project, instance: name } = at.machine.spec;
  const why = { reason: isWiped ? 'DiskReplaced' : 'DiskNew', message, blast: 'live' } as const;
  // A disk that was there before ccci says so itself: no later loss of the state makes a new one of it.
  const text = `${!isWiped && at.machine.status?.adopted !== undefined ? ADOPTED : ''}${at.moment.id}\n`;
  return doNow([{ type: 'PutNote', ...why, project, name, path: DISK_NOTE, text }], 0);
}

const ADOPTED = 'adopted-';

// Adoption changes nothing by itself: what is to be done once for each disk was done on this one by somebody else, and the
// rest is left until the manifest is another.
function leftAsFound({ machine, seen }: Sight, step: Precondition): Verdict | undefined {
  if (seen.disk.state !== 'known' || !seen.disk.value.startsWith(ADOPTED)) return undefined;
  const isUntouched = machine.status?.adopted?.generation === machine.metadata.generation;
  return isUntouched || step.apply === 'AfterCreate'
    ? { state: 'Kept', message: 'the disk was taken over as it is' }
    : undefined;
}

function nextStep(at: MachineCase): Decision | undefined {
  for (const step of at.machine.spec.preconditions) {
    const verdict = stepVerdict(at, step);
    if (verdict === undefined || verdict.state === 'Done' || verdict.state === 'Kept') continue;
    if (verdict.isDue === true) return retryInMs(at) > 0 ? backOff(at, verdict) : applyStep(at, step, verdict);
    const person = verdict.state === 'Failed';
    const message = `precondition "${step.name}": ${verdict.message ?? 'it is under way'}`;
    return waitFor('PreconditionPending', message, { needsPerson: person, requeueAfterMs: person ? POLL_MS : 1000 });
  }
  return undefined;
}

function backOff(at: MachineCase, { name, message }: StepVerdict): Decision {
  const why = `precondition "${name}" failed${message === undefined ? '' : ` (${message})`}; it is tried again`;
  return waitFor('PreconditionUnmet', why, { needsPerson: true, requeueAfterMs: Math.max(500, retryInMs(at)) });
}

function applyStep(at: MachineCase, step: Precondition, { message }: StepVerdict): Decision {
  const { project, instance: name } = at.machine.spec;
  const text = `precondition "${step.name}": ${message ?? 'it was not done on this disk'}`;
  const why = { reason: 'PreconditionPending', message: text, blast: 'live' } as const;
  const timeoutS = parseDurationMs(step.timeout) / 1000;
  return doNow(
    [
      {
        type: 'ApplyPrecondition',
        ...why,
        project,
        name,
        step,
        timeoutS,
        folder: stepFolder(step.name),
        note: stepNote(step),
      },
    ],
    300,
  );
}

/** What the note of a step says: another text means that the manifest has changed since. */
export function stepNote(step: Precondition): string {
  return shortHash(JSON.stringify([step.file, step.line, step.command]));
}

/** Where one step stands on this disk; undefined when it was not looked at in this pass. */
export function stepVerdict(at: Sight, step: Precondition): StepVerdict | undefined {
  const view = at.seen.preconditions.find(({ name }) => name === step.name);
  if (view === undefined) return undefined;
  const found = leftAsFound(at, step);
  if (found !== undefined) return { name: step.name, ...found };
  const unread = [view.source, view.target, view.note].find((fact) => fact.state === 'unknown');
  if (unread?.state === 'unknown') return { name: step.name, state: 'Pending', message: unread.message };
  const verdict = step.command === undefined ? contentVerdict(step, view) : commandVerdict(at, step, view);
  return { name: step.name, ...verdict };
}

type Verdict = Pick<PreconditionStatus, 'state' | 'message'> & { readonly isDue?: boolean };

const DONE: Verdict = { state: 'Done' };

function contentVerdict(step: Precondition, view: PreconditionView): Verdict {
  if (view.source.state === 'absent')
    return { state: 'Failed', message: `there is no file "${fromOf(step)}" on the controller` };
  const lack = lackOf(step, view);
  if (lack === undefined) return DONE;
  const kept = view.target.state === 'known' && step.file !== undefined ? keepNewer(view) : undefined;
  return kept ?? { state: 'Pending', isDue: true, message: lack };
}

// What is missing or different, as far as the step cares.
function lackOf(step: Precondition, view: PreconditionView): string | undefined {
  if (step.apply === 'AfterCreate') return isNoted(step, view) ? undefined : 'it was not done on this disk';
  const isFile = step.file !== undefined;
  if (view.target.state !== 'known') return 'the file is not there';
  if (!isFile) return view.target.value.hasLine === true ? undefined : 'the line is not there';
  return step.apply === 'IfMissing' || isSame(step, view) ? undefined : 'content, mode or owner differ';
}

function commandVerdict(at: Sight, step: Precondition, view: PreconditionView): Verdict {
  if (view.note.state !== 'known') return { state: 'Pending', isDue: true };
  const [hash, exit] = view.note.value.split(' ');
  if (hash !== stepNote(step)) return { state: 'Pending', isDue: true, message: 'it has changed' };
  if (exit === undefined)
    return isCutOff(at, step, view)
      ? { state: 'Pending', isDue: true, message: 'it was cut off' }
      : { state: 'Running', message: 'it runs' };
  if (exit === '0') return DONE;
  const isDue = Math.abs(at.moment.wallMs - (view.begunMs ?? 0)) >= RETRY_MS;
  return { state: 'Failed', isDue, message: `it ended with status ${exit}: ${view.output ?? ''}`.slice(0, 300) };
}

/** How long after its begin a command that failed is run again, in ms. */
const RETRY_MS = 60_000;
/** What a command may be late beyond its own time, in ms. */
const LATE_MS = 10_000;

// Its controller may have died before it began, and its guest while it ran: nobody writes down its end then.
function isCutOff({ machine, moment }: Sight, step: Precondition, { begunMs = 0 }: PreconditionView): boolean {
  const bootedMs = fromIso(machine.status?.bootedAt) ?? 0;
  const awayMs = Math.abs(moment.wallMs - begunMs);
  return Number.isNaN(begunMs) || bootedMs > begunMs || awayMs > parseDurationMs(step.timeout) + LATE_MS;
}

function isNoted(step: Precondition, { note }: PreconditionView): boolean {
  return note.state === 'known' && note.value === stepNote(step);
}

function isSame({ file }: Precondition, { source, target }: PreconditionView): boolean {
  if (source.state !== 'known' || target.state !== 'known' || file === undefined) return false;
  const { digest, mode, uid, gid } = target.value;
  return digest === source.value.digest && mode === file.mode && uid === file.uid && gid === file.gid;
}

// The operator renews certificates in the machine: the older one of the controller must not come back over it.
function keepNewer({ source, target }: PreconditionView): Verdict | undefined {
  if (source.state !== 'known' || target.state !== 'known') return undefined;
  const [ours, theirs] = [source.value.certificate, target.value.certificate];
  if (ours === undefined || theirs === undefined || source.value.digest === target.value.digest) return undefined;
  if (theirs.notAfterMs <= ours.notAfterMs && theirs.notBeforeMs <= ours.notBeforeMs) return undefined;
  return { state: 'Kept', message: 'the certificate in the machine is newer than the one on the controller' };
}

function fromOf({ file, line }: Precondition): string {
  return file?.from ?? line?.from ?? '';
}
