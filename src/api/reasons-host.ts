import type { ReasonEntry } from './reason-entry.ts';

/** Reasons that have to do with the host of the rig. */
export const hostReasons = {
  HostRebooted: {
    meaning: 'The host was started anew; agents are brought back to the phase that was open.',
    next: 'Nothing to do; `ccci status` shows who is back.',
  },
  Online: { meaning: 'The controller was started and has looked at every agent.', next: 'Nothing to do.' },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
