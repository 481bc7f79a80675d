import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Timestamp } from './fields.ts';
import { Operation } from './operation.ts';

/** One message to a person, until it is told or given up. */
export const Notice = z.looseObject({
  id: z.string().describe('Identity of the message: whoever gets it twice sees it once.'),
  sort: z.enum(['Problem', 'Update', 'Recovery', 'Notice', 'Digest', 'Test']).describe('What kind of message it is.'),
  incident: z.string().optional().describe('Id of the first message about the same matter.'),
  severity: z.enum(['Normal', 'Warning']).describe('How bad it is.'),
  about: z.string().describe('Object that it is about, as Kind/name.'),
  reason: z.string().describe('One word for machines.'),
  text: z.string().describe('What happened, in plain text.'),
  at: Timestamp.describe('When it happened.'),
  count: z.int().min(1).describe('Number of events that it stands for.'),
  counts: z.record(z.string(), z.int()).optional().describe('For a digest: number of events per object and reason.'),
  notBefore: Timestamp.optional().describe('It is held back until then.'),
  attempts: z.int().min(0).default(0).describe('How often it was tried.'),
  failure: z
    .looseObject({
      reason: z.string().describe('One word for machines.'),
      message: z.string().describe('What failed.'),
    })
    .optional()
    .describe('How the last attempt failed.'),
});
export type Notice = z.infer<typeof Notice>;

/** One matter that was told: an object and a reason. */
export const Incident = z.looseObject({
  id: z.string().describe('Id of its first message.'),
  about: z.string().describe('Object that it is about, as Kind/name.'),
  reason: z.string().describe('One word for machines.'),
  text: z.string().describe('What was said about it last.'),
  state: z.enum(['Open', 'Over', 'Notice']).describe('Whether it lasts. Notice: something that only happened.'),
  since: Timestamp.describe('When it began.'),
  toldAt: Timestamp.describe('When a message about it was made last.'),
  untold: z.int().min(0).describe('Events since that message.'),
  isMuted: z
    .boolean()
    .optional()
    .describe('It came back so soon, or so much happened, that it was not told one by one.'),
});
export type Incident = z.infer<typeof Incident>;

/** A message that was given up. */
export const DeadLetter = z.looseObject({
  ...Notice.shape,
  givenUpAt: Timestamp.describe('When it was given up.'),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

const Heartbeat = z.looseObject({
  at: Timestamp.describe('When the last one was tried.'),
  state: z.enum(['Working', 'Stopped', 'Complete', 'NoProgress']).describe('What it said.'),
  progress: z.string().describe('Digest of commits, verdicts and phases at that time.'),
  progressAt: Timestamp.describe('When that was another one for the last time.'),
  quietMs: z.int().min(0).describe('Time without progress that the controller watched, in ms.'),
  failures: z.int().min(0).describe('Attempts in a row that failed.'),
  message: z.string().optional().describe('Why the last attempt failed.'),
});

/** What is known about a notifier. */
export const NotifierStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  cursor: z
    .looseObject({ id: z.string().describe('Its id.'), at: Timestamp.describe('When it happened.') })
    .optional()
    .describe('The last event that was read.'),
  outbox: z.array(Notice).optional().describe('Messages that are still to be told, oldest first.'),
  incidents: z.array(Incident).optional().describe('What was told, for de-duplication. The last 200.'),
  recent: z.array(Timestamp).optional().describe('When messages were made in the last minute.'),
  announcedStop: z.string().optional().describe('Order to stop the crew that was told.'),
  toldAt: Timestamp.optional().describe('When a message was told last.'),
  deadLetters: z.array(DeadLetter).optional().describe('Messages that were given up, oldest first. The last 20.'),
  heartbeat: Heartbeat.optional().describe('The last heartbeat.'),
  operation: Operation.optional().describe('Act in progress.'),
});
export type NotifierStatus = z.infer<typeof NotifierStatus>;
