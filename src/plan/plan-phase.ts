import type { PhaseObject } from '#api/phase.ts';
import type { PhaseObservation } from '#observe/observation.ts';

import { blockedText, PHASE_BLOCKED } from './phase/blocked.ts';
import { noticeActions } from './phase/refused-done.ts';
import { budgetLeftMs } from './phase/time-budget.ts';
import { phaseVerdict } from './phase/phase-verdict.ts';
import { doNow, waitFor, type Decision, type Moment, type Plan, type Waiting } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** A phase sees to it that its sequence exists, and tells both agents of a gate about a done marker that does not count. */
export function planPhase(phase: PhaseObject, seen: PhaseObservation, moment: Moment): Plan {
  return { key: `Phase/${phase.metadata.name}`, ...decide(phase, seen, moment) };
}

function decide(phase: PhaseObject, seen: PhaseObservation, moment: Moment): Decision {
  const name = phase.spec.sequence;
  if (seen.sequence === undefined) {
    return doNow(
      [
        {
          type: 'EnsureSequence',
          reason: 'SequenceMissing',
          message: `sequence "${name}" has no record yet`,
          blast: 'none',
          name,
        },
      ],
      0,
    );
  }
  const suspended = whenSuspended(phase, moment);
  if (suspended !== undefined) return suspended;
  const verdict = phaseVerdict(phase, seen);
  const leftMs = budgetLeftMs(phase, seen, moment);
  const again = leftMs === undefined || leftMs <= 0 ? {} : { requeueAfterMs: leftMs };
  if (verdict.state === 'Unknown') return waitFor(verdict.reason, verdict.message, again);
  return { actions: noticeActions(phase, seen, moment), waiting: blocked(phase, seen), ...again };
}

function blocked(phase: PhaseObject, seen: PhaseObservation): readonly Waiting[] {
  const text = blockedText(phase, seen);
  if (text === undefined) return [];
  return [{ reason: PHASE_BLOCKED, message: text, needsPerson: true }];
}
