import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Duration, Line, PositiveCount, Suspend, Timestamp } from './fields.ts';
import type { ApiObject, With } from './object.ts';
import { Operation } from './operation.ts';
import { distinctNames, exactlyOneOf, rule } from './rule.ts';
import { virtualMachineLater } from './virtual-machine-later.ts';
import { ProbeStatus, VirtualMachineProbe } from './virtual-machine-probe.ts';
import { VirtualMachineServer } from './virtual-machine-server.ts';

const InstanceName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/,
    'must be an instance name: letters, digits and dashes, at most 63',
  );

const Image = z
  .strictObject({
    alias: Line.optional().describe('Alias of the image on the server.'),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{12,64}$/, 'must be 12 to 64 hexadecimal digits')
      .optional()
      .describe('Fingerprint of the image on the server.'),
  })
  .check(exactlyOneOf('alias', 'fingerprint'));

const SoftRestart = z.strictObject({
  max: PositiveCount.default(2).describe('Restarts that are allowed.'),
  per: Duration.default('1h').describe('Time in which they are counted.'),
  settle: Duration.default('3m').describe('Time after a restart before probes count again.'),
});

const Recreate = z
  .strictObject({
    policy: z
      .enum(['Never', 'Approval', 'Automatic'])
      .default('Never')
      .describe('Whether the instance may be made anew, which wipes its disk: never, or after `ccci approve`.'),
    max: PositiveCount.optional().describe('Recreates that are allowed, for policy Automatic.'),
    per: Duration.optional().describe('Time in which they are counted, for policy Automatic.'),
  })
  .check(
    rule(['policy', 'max', 'per'], ({ policy, max, per }) =>
      policy !== 'Automatic' && (max !== undefined || per !== undefined)
        ? [{ path: [], rule: `must not have max or per with policy ${policy}: they are for policy Automatic` }]
        : [],
    ),
  );

const Repair = z.strictObject({
  softRestart: SoftRestart.optional().describe(
    'Restart the instance when its probes fail; the disk is kept. Default: do not.',
  ),
  recreate: Recreate.prefault({}).describe('Make the instance anew when restarts did not help.'),
});

const ConfigKey = z
  .string()
  .regex(/^[a-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'must be an Incus configuration key such as limits.memory')
  .refine((key) => !/^(volatile|user\.ccci)\./.test(key), 'must not be a key that Incus or ccci sets itself');

const fields = {
  description: z.string().optional().describe('What the machine is for.'),
  suspend: Suspend,
  server: VirtualMachineServer.describe('Incus server that the instance is on.'),
  project: Line.default('default').describe('Incus project.'),
  instance: InstanceName.optional().describe('Name of the instance. Default: metadata.name.'),
  type: z
    .enum(['virtual-machine', 'container'])
    .default('virtual-machine')
    .describe('What kind of instance is created.'),
  adopt: z.boolean().default(false).describe('Take over an instance that ccci did not make.'),
  running: z.boolean().default(true).describe('Whether the instance is to run.'),
  image: Image.optional().describe('Image that it is created from.'),
  config: z
    .record(ConfigKey, z.string())
    .default({})
    .describe('Configuration keys of the instance; the values are texts.'),
  devices: z
    .record(Line, z.record(z.string(), z.string()))
    .default({})
    .describe('Devices of the instance by name; the values are texts.'),
  probes: z.array(VirtualMachineProbe).default([]).describe('How its health is asked for.'),
  repair: Repair.prefault({}).describe('What is done when it is unhealthy, mildest first.'),
  deletionPolicy: z
    .enum(['Orphan', 'Delete'])
    .default('Orphan')
    .describe('What happens to the instance when this object is deleted: it is left alone (Orphan).'),
  ...virtualMachineLater,
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

/** An Incus instance that is kept running. */
export const VirtualMachineSpec = z
  .strictObject(fields)
  .check(distinctNames('probes'), distinctNames('preconditions'), rule(['image', 'adopt'], checkImage));
export type VirtualMachineSpec = z.infer<typeof VirtualMachineSpec>;

/** What is known about a virtual machine. */
export const VirtualMachineStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  power: z.string().optional().describe('State as the server says it, such as Running.'),
  uuid: z.string().optional().describe('Identity of the instance, one per creation.'),
  requestId: z.string().optional().describe('Identity of the request that created it.'),
  probes: z.array(ProbeStatus).default([]).describe('What each probe answered last.'),
  softRestarts: z.array(Timestamp).default([]).describe('When it was restarted, as far as it counts.'),
  operation: Operation.optional().describe('Act in progress.'),
});
export type VirtualMachineStatus = z.infer<typeof VirtualMachineStatus>;

/** The spec of a virtual machine with the defaults that depend on other fields. */
export type CompleteVirtualMachineSpec = With<VirtualMachineSpec, 'instance'>;

/** A virtual machine with all defaults. */
export type VirtualMachineObject = ApiObject<'VirtualMachine', CompleteVirtualMachineSpec, VirtualMachineStatus>;

function checkImage({ image, adopt }: Shape) {
  return image === undefined && !adopt
    ? [{ path: ['image'], rule: 'must be set, such as {alias: base}, unless adopt is true' }]
    : [];
}
