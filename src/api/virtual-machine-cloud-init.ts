import { z } from 'zod';

import { LocalPath } from './fields.ts';
import { ValueSource } from './agent-environment.ts';
import { distinctNames } from './rule.ts';

const Template = z
  .strictObject({
    file: LocalPath.describe('File with the text; `{{ secrets.NAME }}` stands for the value of a secret.'),
  })
  .optional();

const SecretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and underscores, such as TS_AUTH_KEY');

/** First-boot configuration. Its texts and the values in them are read when the instance is made, and never stored. */
export const CloudInit = z
  .strictObject({
    userData: Template.describe('What cloud-init does at the first boot (cloud-init.user-data).'),
    vendorData: Template.describe('The same for the vendor of the image (cloud-init.vendor-data).'),
    networkConfig: Template.describe('Network configuration (cloud-init.network-config).'),
    secrets: z
      .array(
        z.strictObject({
          name: SecretName.describe('Name in the texts.'),
          valueFrom: ValueSource.describe('Where its value is.'),
        }),
      )
      .default([])
      .describe('Values that are put into the texts when they are sent.'),
  })
  .check(distinctNames('secrets'));
export type CloudInit = z.infer<typeof CloudInit>;
