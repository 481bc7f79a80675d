import { compact } from '#api/compact.ts';
import { toIso } from '#api/time.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import { condition, type Pass } from '../pass.ts';

type MachinePass = Pass<VirtualMachineObject, VirtualMachineObservation>;

const DAY_MS = 86_400_000;
/** Days before its end on which the expiry of the client certificate is told, each once. */
const TOLD_DAYS = [1, 3, 7, 14];

/** Until when the client certificate is valid. */
export function certificateStatus({ seen }: MachinePass): Partial<VirtualMachineStatus> {
  const { certificateUntilMs } = seen;
  return { certificateUntil: undefined, ...compact({ certificateUntil: isoAt(certificateUntilMs) }) };
}

/** What is to be said about the connection to the server: that nobody checks it, or that it will soon not be let in. */
export function serverConditions({ object, seen, moment }: MachinePass) {
  const message =
    'insecure: true: nobody checks who the server is, and anybody on the way can read and change everything';
  const insecure = condition('ServerVerified', false, { reason: 'ServerUnverified', message });
  const expiry = expiryCondition(seen.certificateUntilMs, moment.wallMs, object.spec.server.certFile ?? '');
  return [...(object.spec.server.insecure === true ? [insecure] : []), ...expiry];
}

function expiryCondition(untilMs: number | undefined, nowMs: number, file: string) {
  if (untilMs === undefined) return [];
  if (nowMs >= untilMs) {
    const message = `the client certificate "${file}" has expired`;
    return [condition('CertificateValid', false, { reason: 'ClientCertificateExpired', message })];
  }
  const days = TOLD_DAYS.find((one) => untilMs < nowMs + one * DAY_MS);
  if (days === undefined) return [condition('CertificateValid', true, { reason: 'ClientCertificateValid' })];
  const message = `the client certificate "${file}" expires in less than ${String(days)} ${days === 1 ? 'day' : 'days'}`;
  return [condition('CertificateValid', false, { reason: 'ClientCertificateExpiring', message })];
}

function isoAt(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : toIso(atMs);
}
