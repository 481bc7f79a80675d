import type { PhaseObject } from '#api/phase.ts';
import type { PhaseObservation } from '#observe/observation.ts';

import { textUnder } from '../has-marker.ts';
import { entryOf, phaseVerdict } from './phase-verdict.ts';

/** Why a phase that waits for a person does so, wherever it is told. */
export const PHASE_BLOCKED = 'PhaseBlocked';

/** Longest text that is kept of what stands under the marker. */
const TEXT_LENGTH = 500;

/**
 * What the open phase waits for, in the words of its status file as one plain line of at most 500 characters; undefined
 * when it is not blocked, not open, or not known. A phase that is done is not blocked, whatever its file still says.
 */
export function blockedText(phase: PhaseObject, seen: PhaseObservation): string | undefined {
  if (entryOf(phase, seen)?.state !== 'Current' || seen.statusFile.state !== 'known') return undefined;
  if (phaseVerdict(phase, seen).state === 'Done') return undefined;
  const text = textUnder(seen.statusFile.value, phase.spec.blockedMarker, TEXT_LENGTH);
  return text === '' ? `${phase.spec.statusFile} does not say why` : text;
}
