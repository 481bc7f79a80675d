import type { DeliveryObject } from '#api/delivery.ts';
import { parseDurationMs } from '#api/quantity.ts';
import type { Reason } from '#api/reasons.ts';
import { fromIso } from '#api/time.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { backendOf } from '#backends/registry.ts';
import type { PaneClaim } from '#observe/observation.ts';

import { isExpired } from '../plan-delivery.ts';
import { doNow, settled, waitFor, type Decision } from '../plan.ts';
import { acceptedSince, hasLeft, isAwaited, isUnheard, namesIn, provesBySignals, sentForMs } from './acceptance.ts';
import {
  draftNonce,
  incarnationOf,
  isBetweenTurns,
  isOurDraft,
  openTyping,
  ownPane,
  stateOf,
  targetOf,
  type AgentCase,
} from './agent-case.ts';
import { mayType } from './may-type.ts';
import { composeMessage, thatFit } from './message.ts';
import { isLostCause, LOST_AFTER, retryInMs } from './retry-message.ts';

/** What has to be looked at again soon although nothing tells when it changes. */
const LOOK_MS = 2000;
/** A typing is looked at again after this time; the word of a program comes within some 300 ms of Enter. */
const TYPED_LOOK_MS = 5000;
const SIGNAL_LOOK_MS = 250;
/** Until what was found out is on disk. */
const RECORD_MS = 20;
/** What comes while a message waits in the program's queue is gathered for so long. */
const GATHER_MS = 30_000;
/** A text that was pasted and is not seen may still be shown: it is not typed a second time before. */
const UNSEEN_MS = 15_000;

/** Types what is due into the session: one message, only into an input that is open and empty. */
export function deliver(at: AgentCase): Decision | undefined {
  const own = ownPane(at);
  const due = dueDeliveries(at);
  if (own === undefined || (due.length === 0 && !isOurDraft(at))) return undefined;
  // What this look has shown is written down first: another typing would take the place of the one that it is about.
  return hasNews(at) ? settled(RECORD_MS) : typeNow(at, own, due);
}

function typeNow(at: AgentCase, own: PaneClaim, due: readonly DeliveryObject[]): Decision {
  const { nonce, isPasted, deliveries } = typing(at, due);
  const held = mayType(at) ?? blockedBy(at) ?? tooEarly(at, isPasted ? deliveries : due);
  if (held !== undefined) return again(at, held);
  const isLost = isLostCause(at, deliveries);
  const names = deliveries.map((delivery) => delivery.metadata.name);
  const why = { reason: isLost ? 'NeverTaken' : 'DeliveryDue', message: sayWhat(names), blast: 'live' } as const;
  const { backend, liveness } = at.agent.spec;
  const what = { nonce, text: composeMessage(deliveries, nonce), isPasted, deliveries: names };
  const how = {
    target: targetOf(own),
    incarnation: incarnationOf(at) ?? '',
    backend: backend.type,
    waitMarker: liveness.waitMarker,
    proof: provesBySignals(at) ? ('Signals' as const) : ('Screen' as const),
    isQueued: isMidTurn(stateOf(at)),
  };
  const lookMs = how.proof === 'Signals' ? SIGNAL_LOOK_MS : TYPED_LOOK_MS;
  return doNow([{ type: 'TypeMessage', ...why, ...how, ...what }], lookMs);
}

function hasNews(at: AgentCase): boolean {
  const incarnation = incarnationOf(at);
  return at.seen.related.deliveries.some((delivery) => {
    const found = isTakenBy(delivery, incarnation) ? undefined : acceptedSince(at, delivery);
    return found?.state === 'Taken' || (found?.state === 'Queued' && !isQueuedBy(delivery, incarnation));
  });
}

/** Messages for the running incarnation that it neither took nor keeps in its own queue, oldest first. */
export function dueDeliveries(at: AgentCase): readonly DeliveryObject[] {
  const incarnation = incarnationOf(at);
  return at.seen.related.deliveries.filter((delivery) => {
    const { spec } = delivery;
    const isKept = isQueuedBy(delivery, incarnation) && !isUnheard(at);
    if (isTakenBy(delivery, incarnation) || isKept) return false;
    if (isExpired(delivery, at.moment) || acceptedSince(at, delivery) !== undefined) return false;
    // A wake is for an agent that rests: one that has begun a turn meanwhile is not disturbed by it.
    return spec.cause.kind !== 'Wake' || !isMidTurn(stateOf(at));
  });
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
  const pasted = operation?.id === nonce ? namesIn(operation?.detail) : [];
  const deliveries = due.filter((delivery) => pasted.includes(delivery.metadata.name));
  const isPasted = nonce !== undefined && (deliveries.length > 0 || isOurDraft(at));
  if (isPasted) return { nonce, isPasted, deliveries };
  const now = due.filter((delivery) => retryInMs(at, delivery) <= 0);
  return { nonce: at.moment.id, isPasted, deliveries: thatFit(now) };
}

// Taken counts only for the incarnation that took it: a new one that was not told by its start prompt is told now.
function isTakenBy({ status }: DeliveryObject, incarnation: string | undefined): boolean {
  return status?.takenAt !== undefined && status.takenIncarnation === incarnation;
}

function isQueuedBy(delivery: DeliveryObject, incarnation: string | undefined): boolean {
  const { status } = delivery;
  const isQueued = status?.queuedAt !== undefined && status.typedIncarnation === incarnation;
  return isQueued && !isTakenBy(delivery, incarnation);
}

function isMidTurn(state: AgentState | undefined): boolean {
  return state?.state === 'Busy' || state?.state === 'Compacting';
}

function blockedBy(at: AgentCase): Decision | undefined {
  const state = stateOf(at);
  const soon = { requeueAfterMs: LOOK_MS };
  if (state === undefined || isUndecided(at))
    return waitFor('ScreenUnknown', 'a message waits until the screen can be read', soon);
  if (state.state === 'Starting' || isFresh(at))
    return waitFor('Starting', 'a message waits until it has started', { requeueAfterMs: 500 });
  if (state.box === 'Draft' && !isOurDraft(at))
    return waitFor('SomebodyTyping', 'somebody is typing into its input; the message waits', soon);
  if (state.box !== 'Empty' && state.box !== 'Draft') return withoutInput(at, state);
  const isKept = backendOf(at.agent.spec.backend.type).queues === true;
  if (!isMidTurn(state) || isKept || isOurDraft(at)) return undefined;
  return waitFor('MidTurn', 'a message waits until its turn is over: its program keeps nothing for later', soon);
}

// Whether an earlier attempt has arrived can not be told: another one might say it twice.
function isUndecided(at: AgentCase): boolean {
  return at.agent.status?.operation?.step === 'TypeMessage' && at.seen.nonceShown === undefined;
}

function withoutInput(at: AgentCase, { state, dialog }: AgentState): Decision {
  const soon = { requeueAfterMs: LOOK_MS };
  const attach = `look at it with "ccci attach ${at.agent.metadata.name}"`;
  if (state !== 'AwaitingInput')
    return waitFor('NoInput', `a message waits: its screen shows no empty input; ${attach}`, soon);
  const message = `a message waits: a dialog is open (${dialog ?? 'unknown'}); ${attach}`;
  return waitFor('AwaitingInput', message, { needsPerson: true, ...soon });
}

// Right after a launch the input is open and empty until the program has taken its prompt: a ping would go first.
function isFresh(at: AgentCase): boolean {
  const startedMs = fromIso(at.agent.status?.startedAt);
  const isYoung =
    startedMs !== undefined &&
    startedMs <= at.moment.wallMs &&
    at.moment.wallMs < startedMs + parseDurationMs(at.agent.spec.startup.timeout);
  return isYoung && stateOf(at)?.cause === 'Fresh';
}

// Everything fits, but another attempt now might say it twice, or would be one too many.
function tooEarly(at: AgentCase, deliveries: readonly DeliveryObject[]): Decision | undefined {
  if (isAwaited(at) && !isOurDraft(at)) {
    const message = 'a message was submitted; waits for the word of its program';
    return waitFor('DeliveryUnproven', message, { requeueAfterMs: SIGNAL_LOOK_MS });
  }
  const unseenMs = UNSEEN_MS - sentForMs(at);
  if (isUnseen(at) && unseenMs > 0)
    return waitFor('DeliveryRetried', 'a message was pasted and does not show yet', { requeueAfterMs: unseenMs });
  const gatherMs = gatheringMs(at);
  if (gatherMs > 0) {
    const message = 'an earlier message waits in its queue; what comes meanwhile is gathered into one';
    return waitFor('MessageQueued', message, { requeueAfterMs: Math.min(gatherMs, LOOK_MS) });
  }
  const retryMs = Math.min(...deliveries.map((delivery) => retryInMs(at, delivery)));
  if (deliveries.length === 0 || retryMs <= 0) return undefined;
  return waitFor('DeliveryRetried', 'a message was typed and not taken; it is tried again after a delay', {
    requeueAfterMs: retryMs,
  });
}

function isUnseen(at: AgentCase): boolean {
  const isOpen = at.agent.status?.operation?.step === 'TypeMessage' && !hasLeft(at);
  return isOpen && at.seen.nonceShown === false && backendOf(at.agent.spec.backend.type).acceptance === 'Screen';
}

// As long as a message waits in the program's queue, more of them would each cost the agent a look of its own.
function gatheringMs(at: AgentCase): number {
  const incarnation = incarnationOf(at);
  const queuedMs = at.seen.related.deliveries
    .filter((delivery) => isQueuedBy(delivery, incarnation) && acceptedSince(at, delivery)?.state !== 'Taken')
    .map(({ status }) => fromIso(status?.queuedAt) ?? 0);
  const ageMs = at.moment.wallMs - Math.max(...queuedMs, -Infinity);
  return isBetweenTurns(at) || ageMs < 0 ? 0 : Math.max(0, GATHER_MS - ageMs);
}

// A message that was typed again and again is a matter for a person, whatever the wait of this moment is about.
function again(at: AgentCase, held: Decision): Decision {
  if (!isLostCause(at, dueDeliveries(at))) return held;
  const name = at.agent.metadata.name;
  const message = `a message was typed ${String(LOST_AFTER)} times or more and never taken; look at it with "ccci attach ${name}"`;
  const reason: Reason = 'NeverTaken';
  return { ...held, waiting: [{ reason, message, needsPerson: true }, ...held.waiting] };
}
