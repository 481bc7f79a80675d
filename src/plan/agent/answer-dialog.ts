import type { Reason } from '#api/reasons.ts';
import type { DialogName } from '#backends/screen-state.ts';
import { backendOf } from '#backends/registry.ts';

import type { AnswerDialog } from '../action.ts';
import { doNow, waitFor, type Decision } from '../plan.ts';
import { incarnationOf, ownPane, stateOf, targetOf, type AgentCase } from './agent-case.ts';
import { somebodyTyping } from './somebody-typing.ts';

/** A dialog that is still there after so many answers waits for a person. */
const MAX_TRIES = 3;
const LOOK_MS = 1000;
const PERSON_LOOK_MS = 15_000;

/** Answers a start-up dialog as the manifest says: only before the first turn of this launch, and only a few times. */
export function answerStartupDialog(at: AgentCase): Decision | undefined {
  const dialog = openDialog(at);
  const { answers } = at.agent.spec.startup;
  const answer = answers.find((one) => one.dialog === dialog)?.answer;
  if (dialog === undefined || answer === undefined || hasBegun(at)) return undefined;
  if (backendOf(at.agent.spec.backend.type).answers?.[dialog]?.[answer] === undefined) return undefined;
  if (triesOf(at, dialog) >= MAX_TRIES) {
    const attach = `"ccci attach ${at.agent.metadata.name}" opens it`;
    const message = `dialog ${dialog} did not go away although it was answered with ${answer}; ${attach}`;
    return waitFor('DialogUnanswered', message, { needsPerson: true, requeueAfterMs: PERSON_LOOK_MS });
  }
  return press(at, {
    dialog,
    answer,
    reason: 'DialogAnswered',
    message: `its manifest answers dialog ${dialog} with ${answer}`,
  });
}

/** Closes the menu that a program opens by itself at a usage limit; undefined when it is not open. */
export function closeMenu(at: AgentCase, reason: Reason): Decision | undefined {
  const dialog = openDialog(at);
  const isKnown = backendOf(at.agent.spec.backend.type).answers?.UsageLimitOptions?.Close !== undefined;
  if (dialog !== 'UsageLimitOptions' || !isKnown) return undefined;
  return press(at, {
    dialog,
    answer: 'Close',
    reason,
    message: 'the menu that it opened at its usage limit is closed',
  });
}

/** How often this dialog was answered in this launch. */
export function triesOf(at: AgentCase, dialog: string): number {
  const before = at.agent.status?.dialog;
  return before?.name === dialog && before.incarnation === incarnationOf(at) ? before.tries : 0;
}

function openDialog(at: AgentCase): DialogName | undefined {
  const state = stateOf(at);
  return state === undefined || state.box === 'Empty' || state.box === 'Draft' ? undefined : state.dialog;
}

// Once a turn has begun a dialog is about the work, whatever it looks like.
function hasBegun(at: AgentCase): boolean {
  const incarnation = incarnationOf(at);
  return incarnation !== undefined && at.agent.status?.readyIncarnation === incarnation;
}

type Press = Pick<AnswerDialog, 'dialog' | 'answer' | 'reason' | 'message'>;

function press(at: AgentCase, how: Press): Decision | undefined {
  const own = ownPane(at);
  if (own === undefined) return undefined;
  const { backend, liveness } = at.agent.spec;
  const where = { target: targetOf(own), backend: backend.type, waitMarker: liveness.waitMarker };
  return somebodyTyping(at) ?? doNow([{ type: 'AnswerDialog', ...how, blast: 'live', ...where }], LOOK_MS);
}
