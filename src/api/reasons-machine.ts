import type { ReasonEntry } from './reason-entry.ts';

const NOTHING = 'Nothing to do.';

/** Reasons about virtual machines and the servers that they are on. */
export const machineReasons = {
  InstanceRunning: { meaning: 'The instance runs and its probes are healthy.', next: NOTHING },
  InstanceStopped: {
    meaning: 'The instance is stopped.',
    next: 'Nothing to do: it is started if `spec.running` says so.',
  },
  InstanceFrozen: {
    meaning: 'Somebody froze the instance.',
    next: 'Unfreeze it with the Incus client when it is to go on.',
  },
  RunningUnwanted: {
    meaning: 'The instance runs although `spec.running` is false.',
    next: 'Nothing to do: it is stopped.',
  },
  InstanceMissing: { meaning: 'The project has no such instance.', next: 'Nothing to do: it is created.' },
  InstanceForeign: {
    meaning: 'An instance of that name exists that ccci did not make, so it is left alone.',
    next: 'Choose another `spec.instance`, or set `spec.adopt: true`.',
  },
  HalfCreated: {
    meaning: 'A creation was broken off and left an instance that can not start.',
    next: 'Delete it with the Incus client; it is created again.',
  },
  InstanceDrifted: {
    meaning: 'The instance has another configuration than its manifest says.',
    next: 'Nothing to do: what can be changed in place is changed.',
  },
  ChangeNeedsRestart: {
    meaning: 'A change of the manifest needs a restart of the instance.',
    next: 'Nothing to do: it is made once no agent that depends on it is in a turn.',
  },
  ChangeNeedsRecreate: {
    meaning: 'A change of the manifest can only be made by making the instance anew, which wipes its disk.',
    next: 'Run `ccci vm recreate NAME`, or take the change back.',
  },
  ChangeRefused: {
    meaning: 'The server refused a change of the configuration.',
    next: 'Correct the field of the manifest that the message names.',
  },
  AdoptedAsItIs: {
    meaning: 'The instance was taken over with differences, which are left as they are.',
    next: 'Change the manifest to bring them about.',
  },
  MemoryCapExceeded: {
    meaning: 'The instances of the project would together take more memory than `memoryCap`.',
    next: 'Remove or shrink an instance, or raise `memoryCap`.',
  },
  Recreating: {
    meaning: 'The instance is being made anew; `status.operation` says at which step.',
    next: 'Wait for it.',
  },
  BackingUp: { meaning: 'The disk is being kept before it is wiped.', next: 'Wait for it.' },
  BackupFailed: {
    meaning: 'The backup could not be made or is not whole, so nothing is wiped.',
    next: 'Make room where the message says, or choose another `beforeRecreate.backup`.',
  },
  InstanceProtected: {
    meaning: 'The instance is protected against deletion.',
    next: 'Unset `security.protection.delete` if its disk may be wiped.',
  },
  DiskNew: { meaning: 'The disk of the instance is new.', next: NOTHING },
  DiskReplaced: {
    meaning: 'The disk is not the one that it was: somebody made it anew.',
    next: 'Nothing to do: its preconditions are applied again. Find out who it was.',
  },
  PreconditionPending: { meaning: 'A precondition is not there yet.', next: 'Nothing to do: it is applied.' },
  PreconditionUnmet: {
    meaning: 'A precondition could not be applied.',
    next: 'Read the message; correct the file or the command.',
  },
  CloudInitMissing: {
    meaning: 'A text or a secret for the first boot can not be read.',
    next: 'Put the file that the message names in its place, readable for the user of the controller alone.',
  },
  OperationRunning: { meaning: 'The server is carrying out an act on the instance.', next: 'Wait for it.' },
  Restarting: { meaning: 'The instance is being restarted.', next: 'Wait for it.' },
  Settling: { meaning: 'The instance was just started; its probes do not count yet.', next: 'Wait for it.' },
  SoftRestart: { meaning: 'The instance was restarted because its probes failed.', next: NOTHING },
  ImageMissing: { meaning: 'The server has no such image.', next: 'Import the image, or correct `spec.image`.' },
  ProjectMissing: { meaning: 'The server has no such project.', next: 'Correct `spec.project`.' },
  ProbeFailing: {
    meaning: 'A probe failed as often as its threshold.',
    next: 'Read the message; `repair` says what is done.',
  },
  ProbePending: { meaning: 'The probes have not answered often enough yet.', next: 'Wait for them.' },
  RepairBudgetSpent: {
    meaning: 'The instance was restarted as often as `repair.softRestart` allows, and is still unhealthy.',
    next: 'Look at the machine, then run `ccci reconcile vm/NAME`.',
  },
  NeedsApproval: {
    meaning: 'Only a recreate is left, which wipes the disk and needs an approval.',
    next: 'Look at the machine first, then run `ccci approve vm/NAME`.',
  },
  ServerUntrusted: {
    meaning: 'The server does not trust the client certificate, or it has expired.',
    next: 'Add the certificate to the trust store of the server, or renew it.',
  },
  CertificateWrong: {
    meaning: 'The certificate of the server is not the expected one, so nothing was sent to it.',
    next: 'Find out why it changed, then correct `spec.server.fingerprint` or `caFile`.',
  },
  ClientCertificateMissing: {
    meaning: 'The client certificate, its key or the authority file can not be read.',
    next: 'Put the file that the message names in its place, readable for the user of the controller.',
  },
  ClientCertificateExpired: {
    meaning: 'The client certificate has expired, so the server does not trust it.',
    next: 'Make a new one and add it to the trust store of the server.',
  },
  ClientCertificateExpiring: {
    meaning: 'The client certificate expires soon; then the server does not trust it any more.',
    next: 'Make a new one, add it to the trust store of the server, and put it in the place of the old one.',
  },
  ClientCertificateValid: { meaning: 'The client certificate does not expire soon.', next: NOTHING },
  ServerUnverified: {
    meaning: 'The manifest says `insecure: true`: nobody checks who the server is.',
    next: 'Set `spec.server.fingerprint` or `spec.server.caFile` instead.',
  },
  NotAuthorized: {
    meaning: 'The server trusts the certificate, but not for this project or this act.',
    next: 'Allow the project for the certificate in the trust store of the server.',
  },
  ServerError: { meaning: 'The server answered with an error.', next: 'Read the message; it is what the server says.' },
  ServerUnreachable: {
    meaning: 'Nothing answers at the address of the server.',
    next: 'Look at the server and the network.',
  },
  ServerHung: { meaning: 'The server accepts the connection and does not answer.', next: 'Look at the Incus daemon.' },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
