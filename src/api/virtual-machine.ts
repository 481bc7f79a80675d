import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Duration, Line, PositiveCount, Size, Suspend, Timestamp } from './fields.ts';
import type { ApiObject, With } from './object.ts';
import { Operation } from './operation.ts';
import { distinctNames, exactlyOneOf, rule } from './rule.ts';
import { CloudInit } from './virtual-machine-cloud-init.ts';
import { Precondition, PreconditionStatus } from './virtual-machine-precondition.ts';
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
      .describe(
        'Whether the instance may be made anew, which wipes its disk: never, after `ccci approve`, or by itself within a budget.',
      ),
    max: PositiveCount.optional().describe('Recreates that are allowed, for policy Automatic. Default: 1.'),
    per: Duration.optional().describe('Time in which they are counted, for policy Automatic. Default: 24h.'),
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
  stopTimeout: Duration.default('60s').describe(
    'Time that the guest has to end politely when it is stopped or restarted; then it is forced.',
  ),
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
  disruption: z
    .enum(['WhenIdle', 'Now'])
    .default('WhenIdle')
    .describe(
      'When a change that needs a restart may be made: once no agent that depends on the machine is in a turn, or now.',
    ),
  cloudInit: CloudInit.optional().describe('First-boot configuration.'),
  memoryCap: z
    .strictObject({
      limit: Size.describe('Most memory of all instances of the project together, stopped ones included.'),
    })
    .optional()
    .describe('Cap on the memory of the whole project, looked at before the instance is made or grows.'),
  beforeRecreate: z
    .strictObject({
      backup: z
        .enum(['Export', 'Keep', 'None'])
        .default('None')
        .describe('Export: a file on the controller. Keep: the old instance under another name, with little memory.'),
    })
    .prefault({})
    .describe('What happens before the disk is wiped.'),
  preconditions: z
    .array(Precondition)
    .default([])
    .describe('What must be in the machine before anything else can use it, in this order.'),
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

/** An Incus instance that is kept running. */
export const VirtualMachineSpec = z
  .strictObject(fields)
  .check(
    distinctNames('probes'),
    distinctNames('preconditions'),
    rule(['image', 'adopt'], checkImage),
    rule(['server', 'cloudInit'], checkSecrets),
  );
export type VirtualMachineSpec = z.infer<typeof VirtualMachineSpec>;

const Failure = z.looseObject({
  id: z.string().describe('Identity of this failure.'),
  since: Timestamp.describe('Since when.'),
  message: z.string().describe('What fails.'),
});

const Adopted = z.looseObject({
  generation: z.int().min(0).describe('Generation of the spec at that time.'),
  fields: z.array(z.string()).describe('Fields that differed then and are left as they are.'),
});

const BackupStatus = z.looseObject({
  at: Timestamp.describe('When it was made.'),
  kind: z.enum(['Export', 'Keep']).describe('How it is kept.'),
  place: z.string().describe('File on the controller, or name of the instance.'),
  bytes: z.number().optional().describe('Its size.'),
  sha256: z.string().optional().describe('Checksum of the file.'),
});

const StopFailed = z.looseObject({
  action: z.enum(['stop', 'restart']).describe('What was asked for.'),
  reason: z.string().describe('Why.'),
});

/** What is known about a virtual machine. */
export const VirtualMachineStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  power: z.string().optional().describe('State as the server says it, such as Running.'),
  uuid: z.string().optional().describe('Identity of the instance, one per creation.'),
  requestId: z.string().optional().describe('Identity of the request that created it.'),
  probes: z.array(ProbeStatus).default([]).describe('What each probe answered last.'),
  softRestarts: z.array(Timestamp).default([]).describe('When it was restarted, as far as it counts.'),
  bootedAt: Timestamp.optional().describe('When it was started last, or was first seen to run again.'),
  stopFailed: StopFailed.optional().describe('The guest did not end politely in time, so it is forced next.'),
  certificateUntil: Timestamp.optional().describe('Until when the client certificate is valid.'),
  operation: Operation.optional().describe('Act in progress.'),
  retries: z.int().min(0).optional().describe('Failures in a row of the last act.'),
  retryAt: Timestamp.optional().describe('When it is tried again.'),
  retryMessage: z.string().optional().describe('What the server said about the last failure.'),
  failure: Failure.optional().describe('What only a recreate could cure; an approval is for exactly this.'),
  recreates: z.array(Timestamp).default([]).describe('When it was made anew, as far as it counts.'),
  consumedApproval: z.string().optional().describe('Identity of the last approval that was used up.'),
  handledRecreate: z.string().optional().describe('Identity of the last order to make it anew.'),
  handledRestart: z.string().optional().describe('Identity of the last order to restart it.'),
  handledBackup: z.string().optional().describe('Identity of the last order to back it up.'),
  appliedKeys: z.array(z.string()).optional().describe('Keys that ccci has set, which it may also take away.'),
  foreignKeys: z.array(z.string()).optional().describe('Keys of the instance that nobody declared; they are left.'),
  adopted: Adopted.optional().describe('How it differed when it was taken over.'),
  refusedChange: z.string().optional().describe('Hash of a change that the server refused; it is not tried again.'),
  imageTarget: z.string().optional().describe('Image that the alias pointed to last.'),
  imageAt: Timestamp.optional().describe('When that was looked at.'),
  disk: z.string().optional().describe('Identity of the disk, from a note in the machine.'),
  toldDisk: z.string().optional().describe('Disk that the agents were told about.'),
  preconditions: z.array(PreconditionStatus).default([]).describe('Where the preconditions stand.'),
  preconditionsAt: Timestamp.optional().describe('When they were looked at last.'),
  backups: z.array(BackupStatus).default([]).describe('Backups that were made, newest last.'),
});
export type VirtualMachineStatus = z.infer<typeof VirtualMachineStatus>;

/** The spec of a virtual machine with the defaults that depend on other fields. */
export type CompleteVirtualMachineSpec = With<VirtualMachineSpec, 'instance'>;

/** A virtual machine with all defaults. */
export type VirtualMachineObject = ApiObject<'VirtualMachine', CompleteVirtualMachineSpec, VirtualMachineStatus>;

function checkSecrets({ server, cloudInit }: Shape) {
  return server.insecure === true && (cloudInit?.secrets.length ?? 0) > 0
    ? [
        {
          path: ['cloudInit', 'secrets'],
          rule: 'must be empty with server.insecure: anybody on the way could read them',
        },
      ]
    : [];
}

function checkImage({ image, adopt }: Shape) {
  return image === undefined && !adopt
    ? [{ path: ['image'], rule: 'must be set, such as {alias: base}, unless adopt is true' }]
    : [];
}
