import type { Outcome } from '#act/outcome.ts';
import type { AgentObject } from '#api/agent.ts';
import { FOR_THE_SESSION, SETTLED_WHEN_TAKEN, type DeliveryObject, type DeliveryStatus } from '#api/delivery.ts';
import { fromIso } from '#api/time.ts';
import type { AgentObservation } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';
import { acceptedSince, type Accepted } from '#plan/agent/acceptance.ts';
import { incarnationOf, type AgentCase } from '#plan/agent/agent-case.ts';

import { isoOf, type Pass } from './pass.ts';

type DeliveryChange = { readonly key: string; readonly status: Readonly<Record<string, unknown>> };
type Told = Extract<Action, { type: 'TypeMessage' | 'CreateSession' }>;
type StartedUnseen = {
  readonly type: 'StartedUnseen';
  readonly incarnation: string;
  readonly deliveries: readonly string[];
};

/** An incarnation that has lived this long has read its start prompt. */
const READ_MS = 10_000;

/** What became of deliveries in a pass over their agent: statuses to write, by key. */
export function summarizeDeliveries(pass: Pass): readonly DeliveryChange[] {
  const { seen, object } = pass;
  if (seen.kind !== 'Agent' || object.kind !== 'Agent') return [];
  const { deliveries } = seen.related;
  const changed = pass.outcomes.flatMap((outcome) => {
    const action = toldBy(object, outcome);
    if (action === undefined) return [];
    const status = toldStatus(pass, action, outcome);
    if (status === undefined) return [];
    return find(deliveries, action.deliveries).map((one) => change(one, { ...one.status, ...status(one) }));
  });
  if (changed.length > 0) return changed;
  const at = { key: pass.plan.key, agent: object, seen, moment: pass.moment };
  return [...acceptedLater(pass, at), ...readFromPrompt(pass, object, seen)];
}

// A session that is taken over right after its start was one that nobody had an answer of: its prompt has told what it lists.
function toldBy({ status }: AgentObject, { action }: Outcome): Told | StartedUnseen | undefined {
  if (action.type === 'TypeMessage' || action.type === 'CreateSession') return action;
  const operation = status?.operation;
  const isStart = action.type === 'AdoptSession' && operation?.step === 'CreateSession';
  if (!isStart || operation.id !== action.incarnation) return undefined;
  const deliveries = operation.detail?.['deliveries'];
  return {
    type: 'StartedUnseen',
    incarnation: action.incarnation,
    deliveries: Array.isArray(deliveries) ? deliveries : [],
  };
}

type StatusOf = (delivery: DeliveryObject) => Partial<DeliveryStatus>;

function toldStatus(pass: Pass, action: Told | StartedUnseen, { result, facts }: Outcome): StatusOf | undefined {
  const at = isoOf(pass);
  if (action.type !== 'TypeMessage') {
    // What the start prompt lists is taken by the new incarnation, but settled only once that has shown life.
    if (result !== 'Done') return undefined;
    const taken = { takenAt: at, takenIncarnation: action.incarnation, takenBy: 'Prompt' as const };
    return (delivery) => ({
      ...begun(delivery, at),
      ...typed(delivery, action, at),
      ...taken,
      ...settledBy(delivery, FOR_THE_SESSION, at),
    });
  }
  if (result === 'PreconditionFailed') return undefined;
  return (delivery) => ({
    ...begun(delivery, at),
    ...typed(delivery, action, at),
    typedNonce: action.nonce,
    ...(result === 'Done' ? accepted(delivery, action, { at, isAccepted: facts.accepted }) : {}),
  });
}

function begun({ status }: DeliveryObject, at: string): Pick<DeliveryStatus, 'conditions' | 'seenAt'> {
  return { conditions: status?.conditions ?? [], seenAt: status?.seenAt ?? at };
}

// Attempts are counted for each incarnation: another one may take what this one does not.
function typed(
  { status }: DeliveryObject,
  { incarnation }: Pick<Told, 'incarnation'>,
  at: string,
): Partial<DeliveryStatus> {
  const isAgain = status?.typedIncarnation === incarnation;
  const told = { typedAt: at, typedIncarnation: incarnation, attempts: (isAgain ? status.attempts : 0) + 1 };
  return isAgain ? told : { ...NOT_TOLD, ...told };
}

// What an earlier incarnation did with it says nothing about this one.
const NOT_TOLD = { queuedAt: undefined, takenAt: undefined, takenIncarnation: undefined, takenBy: undefined };

type Acceptance = { readonly at: string; readonly isAccepted: boolean | undefined };

function accepted(
  delivery: DeliveryObject,
  action: Extract<Action, { type: 'TypeMessage' }>,
  { at, isAccepted }: Acceptance,
): Partial<DeliveryStatus> {
  if (isAccepted === true && action.isQueued) return { queuedAt: at };
  // With a channel of its own the program tells by itself what it took, in a later pass.
  if (isAccepted === false || action.proof === 'Signals') return {};
  return taken(delivery, { at, incarnation: action.incarnation, by: isAccepted === true ? 'Screen' : 'Unproven' });
}

type Taking = { readonly at: string; readonly incarnation: string; readonly by: 'Signals' | 'Screen' | 'Unproven' };

function taken(delivery: DeliveryObject, { at, incarnation, by }: Taking): Partial<DeliveryStatus> {
  return { takenAt: at, takenIncarnation: incarnation, takenBy: by, ...settledBy(delivery, SETTLED_WHEN_TAKEN, at) };
}

function settledBy({ spec }: DeliveryObject, causes: readonly string[], at: string): Partial<DeliveryStatus> {
  return causes.includes(spec.cause.kind) ? { settledAt: at } : {};
}

function acceptedLater(pass: Pass, at: AgentCase): readonly DeliveryChange[] {
  const incarnation = incarnationOf(at);
  if (incarnation === undefined) return [];
  return at.seen.related.deliveries.flatMap((delivery) => {
    const { status } = delivery;
    const isKnown = status?.takenAt !== undefined && status.takenIncarnation === incarnation;
    const found = isKnown ? undefined : acceptedSince(at, delivery);
    return found === undefined ? [] : learned(delivery, found, { at: isoOf(pass), incarnation });
  });
}

// A controller that died right after Enter finds out by this that its message was typed at all.
function learned(
  delivery: DeliveryObject,
  { state, by }: Accepted,
  { at, incarnation }: Omit<Taking, 'by'>,
): readonly DeliveryChange[] {
  const { status } = delivery;
  const isTyped = status?.typedIncarnation === incarnation;
  if (state === 'Queued' && isTyped && status?.queuedAt !== undefined) return [];
  const first = { ...begun(delivery, at), ...(isTyped ? {} : typed(delivery, { incarnation }, at)) };
  const end = state === 'Queued' ? { queuedAt: at } : taken(delivery, { at, incarnation, by });
  return [change(delivery, { ...first, ...end })];
}

function readFromPrompt(pass: Pass, agent: AgentObject, seen: AgentObservation): readonly DeliveryChange[] {
  const startedMs = fromIso(agent.status?.startedAt);
  const hasLived =
    seen.process.state === 'known' && startedMs !== undefined && pass.moment.wallMs >= startedMs + READ_MS;
  if (!hasLived) return [];
  return seen.related.deliveries
    .filter(({ spec, status }) => SETTLED_WHEN_TAKEN.includes(spec.cause.kind) && isTakenNow(agent, status))
    .map((delivery) => change(delivery, { settledAt: isoOf(pass) }));
}

function isTakenNow(agent: AgentObject, status: DeliveryObject['status']): boolean {
  return status?.takenAt !== undefined && status.takenIncarnation === agent.status?.incarnation;
}

function find(deliveries: readonly DeliveryObject[], names: readonly string[]): readonly DeliveryObject[] {
  return deliveries.filter(({ metadata }) => names.includes(metadata.name));
}

function change({ metadata }: DeliveryObject, status: Readonly<Record<string, unknown>>): DeliveryChange {
  return { key: `Delivery/${metadata.name}`, status };
}
