import type { ProbeResult } from './probe.ts';

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'the connection was closed by the other side',
  EPIPE: 'the connection was closed by the other side',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name can not be looked up now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'the host does not answer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is made out to another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: set caFile to trust it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority: set caFile to trust it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority: set caFile to trust it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority: set caFile to trust it',
};

/** Causes on this side of the connection: they say nothing about the machine. */
const LOCAL = ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'];

/** A failed probe with the same words for the same cause: no times, ports of ours or counters. */
export function explainFailure(what: string, cause: unknown): ProbeResult {
  const code = codeOf(cause);
  const text = CAUSES[code] ?? (code || (cause instanceof Error ? cause.message : String(cause)));
  return { ok: false, message: `${what} failed: ${text}`, ...(LOCAL.includes(code) ? { local: true } : {}) };
}

/** A probe that ran out of time. */
export function timedOut(what: string, timeoutMs: number): ProbeResult {
  return { ok: false, message: `${what} failed: no answer within ${timeoutMs} ms` };
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0]);
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}
