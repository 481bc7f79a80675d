import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Argv, Duration, LocalPath, Suspend, Text } from './fields.ts';
import type { ApiObject } from './object.ts';
import { Operation } from './operation.ts';
import { rule } from './rule.ts';

const Url = z.string().regex(/^https?:\/\/\S+$/, 'must be an address that begins with https:// or http://');

const Events = z.strictObject({
  severity: z.enum(['Normal', 'Warning']).optional().describe('Least severity of the events that are told.'),
  kinds: z.array(Text).optional().describe('Only events about these kinds; empty means all.'),
  reasons: z.array(Text).optional().describe('Only events with these reasons; empty means all.'),
});

const Heartbeat = z.strictObject({
  url: Url.describe('Address that is asked for regularly.'),
  every: Duration.describe('Time between two heartbeats.'),
  requireProgressWithin: Duration.optional().describe('No heartbeat when the rig made no progress for this long.'),
});

const fields = {
  description: z.string().optional().describe('Whom it tells.'),
  suspend: Suspend,
  type: z.enum(['Webhook', 'Ntfy', 'Slack', 'Exec']).describe('How events are told.'),
  url: Url.optional().describe('Address, for all types but Exec.'),
  command: Argv.optional().describe('Program and arguments, for type Exec.'),
  secretFile: LocalPath.optional().describe('File with the token or the signing secret.'),
  events: Events.optional().describe('Which events are told.'),
  dedupeFor: Duration.optional().describe('The same event is told once in this time.'),
  heartbeat: Heartbeat.optional().describe('Regular sign of progress for a watchdog elsewhere.'),
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

/** Tells events to a person. */
export const NotifierSpec = z.strictObject(fields).check(rule(['type', 'url', 'command'], checkTarget));
export type NotifierSpec = z.infer<typeof NotifierSpec>;

/** What is known about a notifier. */
export const NotifierStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  operation: Operation.optional().describe('Act in progress.'),
});
export type NotifierStatus = z.infer<typeof NotifierStatus>;

/** A notifier with all defaults. */
export type NotifierObject = ApiObject<'Notifier', NotifierSpec, NotifierStatus>;

function checkTarget({ type, url, command }: Shape) {
  const [wanted, other] = type === 'Exec' ? (['command', 'url'] as const) : (['url', 'command'] as const);
  const values = { url, command };
  const findings = [];
  if (values[wanted] === undefined) findings.push({ path: [wanted], rule: `must be set for type ${type}` });
  if (values[other] !== undefined) findings.push({ path: [other], rule: `must not be set for type ${type}` });
  return findings;
}
