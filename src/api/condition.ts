import { z } from 'zod';

import { Timestamp } from './fields.ts';

/** What a condition can say. */
export const ConditionStatus = z.enum(['True', 'False', 'Unknown']);
export type ConditionStatus = z.infer<typeof ConditionStatus>;

/** One aspect of an object's state, as in Kubernetes. `reason` is one CamelCase word, `message` a sentence for a person. */
export const Condition = z.looseObject({
  type: z.string().describe('Aspect of the state, such as Ready.'),
  status: ConditionStatus.describe('True, False or Unknown.'),
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this was decided for.'),
  lastTransitionTime: Timestamp.describe('When the status changed last.'),
  reason: z.string().describe('One word for machines; `ccci explain <reason>` tells its meaning and the next step.'),
  message: z.string().describe('One sentence for a person, without times and counters.'),
});
export type Condition = z.infer<typeof Condition>;

/** The conditions of an object. */
export const Conditions = z.array(Condition).default([]).describe('Aspects of the state; Ready is always among them.');
