import { Cron } from 'croner';

import type { AgentSpec } from '#api/agent.ts';
import { parseDurationMs } from '#api/quantity.ts';

type Wake = NonNullable<AgentSpec['wake']>;

/**
 * When the wake after the one at `lastMs` is due, epoch ms; undefined when its schedule never comes again or can not be
 * read. A time that the clock skips in spring counts at the hour that follows; one that comes twice in autumn, once.
 */
export function nextWakeMs({ every, schedule, timeZone = 'UTC' }: Wake, lastMs: number): number | undefined {
  if (schedule === undefined) return every === undefined ? undefined : lastMs + parseDurationMs(every);
  try {
    return new Cron(schedule, { timezone: timeZone }).nextRun(new Date(lastMs))?.getTime();
  } catch {
    return undefined;
  }
}
