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
    meaning: 'The instance has another configuration than its manifest says; this version does not change it.',
    next: 'Change it with the Incus client, or correct the manifest.',
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
    next: 'Look at the machine first. Approvals are carried out by a later version.',
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
