import type { DeliveryObject } from '#api/delivery.ts';
import { fromIso } from '#api/time.ts';

import { incarnationOf, type AgentCase } from './agent-case.ts';

const FIRST_MS = 5000;
const LONGEST_MS = 300_000;

/** A message that was typed this often into one incarnation and never taken is told to a person. */
export const LOST_AFTER = 5;

/** Ms until a message that was typed and not taken may be tried again: 5 s, 10 s, 20 s and so on up to 5 minutes; 0 or less when it may. */
export function retryInMs(at: AgentCase, delivery: DeliveryObject): number {
  const typedMs = fromIso(delivery.status?.typedAt);
  const attempts = attemptsOf(at, delivery);
  if (attempts === 0 || typedMs === undefined) return 0;
  const ageMs = at.moment.wallMs - typedMs;
  // After a clock that jumped back nobody knows how long ago it was: it is tried now.
  return ageMs < 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1)) - ageMs;
}

/** True when one of these was typed so often without being taken that trying alone will not help. */
export function isLostCause(at: AgentCase, deliveries: readonly DeliveryObject[]): boolean {
  return deliveries.some((delivery) => attemptsOf(at, delivery) >= LOST_AFTER);
}

// Only attempts on the program that runs now say something about it.
function attemptsOf(at: AgentCase, { status }: DeliveryObject): number {
  return status?.typedIncarnation === incarnationOf(at) ? (status?.attempts ?? 0) : 0;
}
