import { ABSENT, valueOf } from '#api/fact.ts';

import { lifeBefore, lifePath, parseLifeNote } from './life-note.ts';
import type { RigObservation } from './observation.ts';
import type { Look } from './readers.ts';

const MAX_NOTE_BYTES = 4096;
const MAX_LOG_BYTES = 1024 * 1024;

/** Looks at the host: which boot it is, what the controller before it left behind, and the log of reboots. */
export async function observeRig({ readers, objects }: Look): Promise<RigObservation> {
  const { files, rig } = readers;
  const boot = await readers.boot.read();
  const logPath = rig.rebootLog ?? `${rig.stateDir}/REBOOTS.md`;
  const recorded = objects.find('Rig', 'default')?.status?.boots?.id;
  const isNew = boot.state === 'known' && boot.value.id !== recorded;
  const note = isNew ? valueOf(await files.readText(lifePath(rig.stateDir), MAX_NOTE_BYTES)) : undefined;
  return {
    kind: 'Rig',
    boot,
    life: boot.state === 'known' && note !== undefined ? lifeBefore(parseLifeNote(note), boot.value.id) : undefined,
    logPath,
    log: isNew ? await files.readText(logPath, MAX_LOG_BYTES) : ABSENT,
    phases: objects.all('Sequence').flatMap(({ status }) => status?.currentPhaseId ?? []),
  };
}
