import { z } from 'zod';

import { Name, Timestamp } from './fields.ts';

const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Names another object that this one belongs to; the owner's deletion takes it along. */
export const OwnerReference = z.looseObject({
  kind: z.string().describe('Kind of the owner.'),
  name: Name.describe('Name of the owner.'),
  uid: z.string().describe('Identity of the owner.'),
});
export type OwnerReference = z.infer<typeof OwnerReference>;

/** Labels: short texts that selectors (`-l key=value`) match. */
export const Labels = z.record(
  z.string().regex(LABEL_KEY, 'must be a label key such as team or example.org/team'),
  z.string().regex(LABEL_VALUE, 'must be a label value: at most 63 letters, digits, dashes, dots or underscores'),
);

/** Name, labels and what the store keeps about an object. */
export const Metadata = z.strictObject({
  name: Name.describe('Name of the object, unique in its kind.'),
  namespace: Name.optional().describe('Kept for Kubernetes; one state directory is one namespace.'),
  labels: Labels.optional().describe('Short texts for selecting objects.'),
  annotations: z.record(z.string(), z.string()).optional().describe('Texts that ccci keeps and does not interpret.'),
  uid: z.string().optional().describe('Identity of the object, set by the store.'),
  generation: z.int().min(0).optional().describe('Counts changes of the spec, set by the store.'),
  resourceVersion: z.string().optional().describe('Changes with every write, set by the store.'),
  creationTimestamp: Timestamp.optional().describe('When the object was made, set by the store.'),
  deletionTimestamp: Timestamp.optional().describe('When its deletion was asked for, set by the store.'),
  finalizers: z
    .array(z.string())
    .optional()
    .describe('What must be done before the object goes, set by the controller.'),
  ownerReferences: z
    .array(OwnerReference)
    .optional()
    .describe('Objects that this one belongs to, set by the controller.'),
});
export type Metadata = z.infer<typeof Metadata>;

/** The fields of metadata that a manifest decides; all others belong to the store and are ignored in a manifest. */
export const MANIFEST_METADATA = ['name', 'namespace', 'labels', 'annotations'] as const;
