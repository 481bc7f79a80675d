import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { ScreenState } from '#backends/backend.ts';

import type { DeliveryObject } from '#api/delivery.ts';
import { isExpired } from '../plan-delivery.ts';
import { doNow, waitFor, type Decision } from '../plan.ts';
import { draftNonce, incarnationOf, isOurDraft, openTyping, ownPane, targetOf, type AgentCase } from './agent-case.ts';
import { composeMessage, thatFit } from './message.ts';

/** How long a typed message may go unaccepted before it is tried again. */
const RETRY_MS = 5000;

/** Types what is due into the session: one message, only into an input that is open and empty. */
export function deliver(at: AgentCase): Decision | undefined {
  const own = ownPane(at);
  const due = dueDeliveries(at);
  if (own === undefined || (due.length === 0 && !isOurDraft(at))) return undefined;
  const blocked = blockedBy(at);
  if (blocked !== undefined) return blocked;
  const { nonce, isPasted, deliveries } = typing(at, due);
  const names = deliveries.map((delivery) => delivery.metadata.name);
  const why = { reason: 'DeliveryDue', message: sayWhat(names), blast: 'live' } as const;
  const incarnation = incarnationOf(at) ?? '';
  const { backend, liveness } = at.agent.spec;
  const text = composeMessage(deliveries, nonce);
  const how = { target: targetOf(own), incarnation, backend: backend.type, waitMarker: liveness.waitMarker };
  return doNow([{ type: 'TypeMessage', ...why, ...how, nonce, text, isPasted, deliveries: names }], RETRY_MS);
}

function sayWhat(names: readonly string[]): string {
  if (names.length === 0) return 'a message stands in its input that was not submitted';
  return `${String(names.length)} ${names.length === 1 ? 'message' : 'messages'} for it: ${names.join(', ')}`;
}

type Typing = { readonly nonce: string; readonly isPasted: boolean; readonly deliveries: readonly DeliveryObject[] };

// What an earlier attempt has pasted is brought to its end first: it says only what was due at that time.
function typing(at: AgentCase, due: readonly DeliveryObject[]): Typing {
  const nonce = draftNonce(at) ?? openTyping(at);
  const operation = at.agent.status?.operation;
  const pasted = operation?.id === nonce ? ((operation?.detail?.['deliveries'] ?? []) as readonly string[]) : [];
  const deliveries = due.filter((delivery) => pasted.includes(delivery.metadata.name));
  const isPasted = nonce !== undefined && (deliveries.length > 0 || isOurDraft(at));
  return isPasted ? { nonce, isPasted, deliveries } : { nonce: at.moment.id, isPasted, deliveries: thatFit(due) };
}

// Taken counts only for the incarnation that took it: a new one that was not told by its start prompt is told now.
function dueDeliveries(at: AgentCase) {
  const incarnation = incarnationOf(at);
  return at.seen.related.deliveries.filter(
    (delivery) => !isTakenBy(delivery, incarnation) && !isExpired(delivery, at.moment),
  );
}

function isTakenBy({ status }: DeliveryObject, incarnation: string | undefined): boolean {
  return status?.takenAt !== undefined && status.takenIncarnation === incarnation;
}

function blockedBy(at: AgentCase): Decision | undefined {
  const state = at.seen.screenState;
  const again = { requeueAfterMs: 2000 };
  if (state === undefined || isUndecided(at))
    return waitFor('ScreenUnknown', 'waits until the screen can be read', again);
  if (state.state === 'Starting' || isFresh(at))
    return waitFor('Starting', 'waits until it has started', { requeueAfterMs: 500 });
  if (state.box === 'Draft' && !isOurDraft(at))
    return waitFor('SomebodyTyping', `somebody is typing into its input; the message waits`, again);
  return state.box === 'Empty' || state.box === 'Draft' ? undefined : withoutInput(at, state);
}

// Whether an earlier attempt has arrived can not be told: another one might say it twice.
function isUndecided(at: AgentCase): boolean {
  return at.agent.status?.operation?.step === 'TypeMessage' && at.seen.nonceShown === undefined;
}

function withoutInput(at: AgentCase, { state, dialog }: ScreenState): Decision {
  const again = { requeueAfterMs: 2000 };
  const attach = `look at it with "ccci attach ${at.agent.metadata.name}"`;
  if (state !== 'AwaitingInput') return waitFor('NoInput', `its screen shows no empty input; ${attach}`, again);
  const message = `a dialog is open (${dialog ?? 'unknown'}); ${attach}`;
  return waitFor('AwaitingInput', message, { needsPerson: true, ...again });
}

// Right after a launch the input is open and empty until the program has taken its prompt: a ping would go first.
function isFresh(at: AgentCase): boolean {
  const startedMs = fromIso(at.agent.status?.startedAt);
  const isYoung =
    startedMs !== undefined &&
    startedMs <= at.moment.wallMs &&
    at.moment.wallMs < startedMs + parseDurationMs(at.agent.spec.startup.timeout);
  return isYoung && at.seen.screenState?.cause === 'Fresh';
}
