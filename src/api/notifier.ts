import { z } from 'zod';

import { Argv, Duration, LocalPath, Suspend, Text } from './fields.ts';
import type { ApiObject } from './object.ts';
import type { NotifierStatus } from './notifier-status.ts';
import { rule } from './rule.ts';

const Url = z.string().regex(/^https?:\/\/\S+$/, 'must be an address that begins with https:// or http://');

const Events = z.strictObject({
  severity: z
    .enum(['Normal', 'Warning'])
    .default('Warning')
    .describe(
      'Least severity of the events that are told. The end of the work and a stop by a person are always told.',
    ),
  kinds: z.array(Text).default([]).describe('Only events about these kinds; empty means all.'),
  reasons: z.array(Text).default([]).describe('Only events with these reasons; empty means all.'),
});

const Heartbeat = z.strictObject({
  url: Url.describe(
    'Address that gets a POST with the state of the rig. /fail is added to its path when nothing moves.',
  ),
  every: Duration.describe('Time between two heartbeats.'),
  requireProgressWithin: Duration.optional().describe(
    'No heartbeat, but one to /fail, when the rig made no progress for this long while the controller watched.',
  ),
});

const fields = {
  description: z.string().optional().describe('Whom it tells.'),
  suspend: Suspend,
  type: z.enum(['Webhook', 'Ntfy', 'Slack', 'Exec']).describe('How events are told.'),
  url: Url.optional().describe(
    'Address, for all types but Exec. For Ntfy with the topic at its end. For Slack it may be left out: secretFile holds it.',
  ),
  command: Argv.optional().describe('Program and arguments, for type Exec. It gets the message as JSON on its input.'),
  secretFile: LocalPath.optional().describe(
    'File, for its owner only, with the signing secret (Webhook), the access token (Ntfy), or the whole address (Slack).',
  ),
  events: Events.prefault({}).describe('Which events are told.'),
  dedupeFor: Duration.default('1h').describe('The same event about the same object is told once in this time.'),
  heartbeat: Heartbeat.optional().describe('Regular sign of progress for a watchdog elsewhere.'),
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

/** Tells events to a person. */
export const NotifierSpec = z.strictObject(fields).check(rule(['type', 'url', 'command', 'secretFile'], checkTarget));
export type NotifierSpec = z.infer<typeof NotifierSpec>;

/** A notifier with all defaults. */
export type NotifierObject = ApiObject<'Notifier', NotifierSpec, NotifierStatus>;

function checkTarget({ type, url, command, secretFile }: Shape) {
  const [wanted, other] = type === 'Exec' ? (['command', 'url'] as const) : (['url', 'command'] as const);
  const values = { url, command };
  const findings = checkSecret({ type, url, secretFile });
  const isInFile = type === 'Slack' && secretFile !== undefined;
  if (values[wanted] === undefined && !isInFile)
    findings.push({ path: [wanted], rule: `must be set for type ${type}` });
  if (values[other] !== undefined) findings.push({ path: [other], rule: `must not be set for type ${type}` });
  if (type === 'Ntfy' && url !== undefined && !/^https?:\/\/[^/]+\/(?:[^?#]*\/)?[^/?#]+$/.test(url))
    findings.push({ path: ['url'], rule: 'must end with the topic, such as https://ntfy.example.org/my-topic' });
  return findings;
}

function checkSecret({ type, url, secretFile }: Pick<Shape, 'type' | 'url' | 'secretFile'>) {
  if (secretFile === undefined) return [];
  if (type === 'Exec')
    return [{ path: ['secretFile'], rule: 'must not be set for type Exec: the program reads its own secrets' }];
  return type === 'Slack' && url !== undefined
    ? [{ path: ['url'], rule: 'must not be set for type Slack beside secretFile, which holds the address' }]
    : [];
}
