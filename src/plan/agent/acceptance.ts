import type { DeliveryObject } from '#api/delivery.ts';
import type { Operation } from '#api/operation.ts';
import { fromIso } from '#api/time.ts';
import type { Acceptance } from '#backends/acceptance.ts';
import { backendOf } from '#backends/registry.ts';

import { draftNonce, incarnationOf, isBetweenTurns, stateOf, type AgentCase } from './agent-case.ts';

/** What is known about a message after it was typed, and what shows it. */
export type Accepted = { readonly state: Acceptance; readonly by: 'Signals' | 'Screen' };

// The program's own word comes within this time after Enter (docs/hand-offs.md); later its screen is believed.
const SIGNAL_MS = 10_000;

/** True when the running program has spoken through a channel that also tells what it accepts: its screen alone is no proof then. */
export function provesBySignals(at: AgentCase): boolean {
  const { signals } = backendOf(at.agent.spec.backend.type);
  return signals?.acceptance !== undefined && at.seen.signals?.state === 'known' && stateOf(at)?.hasSignals === true;
}

/** Whether the typed message with this nonce was accepted, by the program's own word; undefined when it says nothing about it. */
export function acceptedBySignals(at: AgentCase, nonce: string): Accepted | undefined {
  const { seen, agent } = at;
  if (seen.signals?.state !== 'known') return undefined;
  const said = backendOf(agent.spec.backend.type).signals?.acceptance?.(seen.signals.value, nonce);
  if (said === undefined) return undefined;
  // What a program keeps for later it has taken once it is between turns.
  return { state: said === 'Queued' && isBetweenTurns(at) ? 'Taken' : said, by: 'Signals' };
}

/** What became of this delivery in the running incarnation since it was typed, as far as this look shows. */
export function acceptedSince(at: AgentCase, delivery: DeliveryObject): Accepted | undefined {
  const isOpen = namesIn(typingOf(at)?.detail).includes(delivery.metadata.name);
  const nonce = isOpen ? typingOf(at)?.id : nonceOf(at, delivery);
  if (nonce === undefined) return undefined;
  const isQueued = nonceOf(at, delivery) === nonce && delivery.status?.queuedAt !== undefined;
  // A program that tells what it accepts also tells of what it keeps: its silence is no proof that it has kept anything.
  const isKept = isQueued && !provesBySignals(at);
  const isSeenTaken = isKept ? isBetweenTurns(at) : isOpen && isSentByScreen(at);
  return acceptedBySignals(at, nonce) ?? (isSeenTaken ? { state: 'Taken', by: 'Screen' } : undefined);
}

// Long after Enter the program has said nothing, but its screen shows the text as sent.
function isSentByScreen(at: AgentCase): boolean {
  return hasLeft(at) && isShownAsSent(at) && sentForMs(at) >= SIGNAL_MS;
}

function typingOf({ agent }: AgentCase): Operation | undefined {
  const { operation } = agent.status ?? {};
  return operation?.step === 'TypeMessage' ? operation : undefined;
}

// Only what was typed into the incarnation that runs now counts.
function nonceOf(at: AgentCase, { status }: DeliveryObject): string | undefined {
  return status?.typedIncarnation === incarnationOf(at) ? status?.typedNonce : undefined;
}

/** True when our text is out of the input and only the program's own word is awaited. */
export function isAwaited(at: AgentCase): boolean {
  const isYoung = sentForMs(at) < SIGNAL_MS;
  return hasLeft(at) && isYoung && acceptedBySignals(at, typingOf(at)?.id ?? '') === undefined;
}

/** True when the open typing ended with our text out of the input. */
export function hasLeft(at: AgentCase): boolean {
  return typingOf(at)?.detail?.['left'] === true;
}

/** True when a program that tells what it accepts has ended its turn without a word about what left its input in it. */
export function isUnheard(at: AgentCase): boolean {
  return provesBySignals(at) && isBetweenTurns(at) && sentForMs(at) >= SIGNAL_MS;
}

/** How long ago the open typing was begun, ms; 0 after a clock that jumped back. */
export function sentForMs({ agent, moment }: AgentCase): number {
  return Math.max(0, moment.wallMs - (fromIso(agent.status?.operation?.startedAt) ?? moment.wallMs));
}

/** Names of the deliveries of a typing. */
export function namesIn(detail: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return (detail?.['deliveries'] ?? []) as readonly string[];
}

function isShownAsSent(at: AgentCase): boolean {
  return at.seen.nonceShown === true && draftNonce(at) !== at.agent.status?.operation?.id;
}
