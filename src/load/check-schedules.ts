import { Cron } from 'croner';

import { isPlain } from '#api/is-plain.ts';
import type { Mistake } from './mistake.ts';
import { renderPath } from './mistake.ts';
import type { PromptHolder } from './read-prompts.ts';
import type { Path } from './yaml-value.ts';

/** Where cron lines stand in an agent; their time zones stand beside them. */
const PLACES: readonly Path[] = [['spec'], ['spec', 'wake']];

/** Every cron line and time zone of an object that can not be followed. What does not look like a cron line is told elsewhere. */
export function checkSchedules({ kind, label, spec, locate }: PromptHolder): readonly Mistake[] {
  if (kind !== 'Agent') return [];
  return PLACES.flatMap((place) => {
    const holder = place.length === 1 ? spec : spec['wake'];
    const { schedule, timeZone } = isPlain(holder) ? holder : {};
    if (typeof schedule !== 'string') return [];
    const zone = typeof timeZone === 'string' ? timeZone : 'UTC';
    const found = mistakeIn(schedule, zone);
    if (found === undefined) return [];
    const path = [...place, found.field];
    return [{ ...locate(path), object: label, path: renderPath(path), rule: found.rule }];
  });
}

function mistakeIn(schedule: string, zone: string): { field: string; rule: string } | undefined {
  if (!isTimeZone(zone))
    return { field: 'timeZone', rule: `must be a time zone such as Europe/Berlin or UTC, not "${zone}"` };
  try {
    const next = new Cron(schedule, { timezone: zone }).nextRun();
    return next === null ? { field: 'schedule', rule: 'must be a cron line whose time comes' } : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return { field: 'schedule', rule: `must be a cron line that can be read (${why})` };
  }
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
