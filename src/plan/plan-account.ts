import type { AccountObject } from '#api/account.ts';
import type { AccountObservation } from '#observe/observation.ts';

import { accountLimit } from './account/account-limit.ts';
import { settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';

/** Whoever finds out says so by its own status; this is only for one who never does. */
const PROBE_LOOK_MS = 30_000;

/** An account acts on nothing: whether its limit is reached, and who goes on next, is its status. */
export function planAccount(account: AccountObject, seen: AccountObservation, moment: Moment): Plan {
  return { key: `Account/${account.metadata.name}`, ...decide(account, seen, moment) };
}

function decide(account: AccountObject, seen: AccountObservation, { wallMs }: Moment): Decision {
  const { limit } = accountLimit(account, seen.agents, wallMs);
  if (limit === undefined) return settled();
  const leftMs = limit.nextMs - wallMs;
  const look = { untilMs: limit.nextMs, requeueAfterMs: leftMs > 0 ? leftMs : PROBE_LOOK_MS };
  const who = `usage limit of account "${account.metadata.name}"`;
  return limit.resetMs === undefined
    ? waitFor(
        'UsageLimitUnknown',
        `the ${who} is reached, and nobody says when it resets; one agent finds out from time to time`,
        look,
      )
    : waitFor('UsageLimited', `the ${who} is reached; its agents are left alone until it resets`, look);
}
