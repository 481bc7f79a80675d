import { numberIn, objectIn, textIn } from './payload.ts';
import type { SignalState } from './signal-state.ts';
import type { Signal } from './signal.ts';

/** One reading of what the plugin said, with the time it was said at. */
export type OpencodeReading = Pick<
  SignalState,
  'state' | 'cause' | 'dialog' | 'waitMarker' | 'untilMs' | 'isRetrying' | 'evidence'
> & { readonly atMs: number };

type Failure = Pick<OpencodeReading, 'state' | 'cause'>;

/** Words of providers for a limit that is not over in a moment. */
export const OPENCODE_SPENT = /\busage limit\b|\bquota\b|\blimit reached for\b|\busage exceeded\b/i;
const UNREACHABLE = /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|ECONNRESET|fetch failed|unable to connect|network/i;
/** A pause from which on it is no hiccup: opencode waits for as long as the answer asks for. */
const LONG_PAUSE_MS = 5 * 60_000;

/** How a turn ended that did not go through. */
export function readOpencodeError({ event, atMs, payload }: Signal): OpencodeReading {
  const error = objectIn(payload, 'error');
  const name = textIn(error, 'name') ?? 'error';
  const message = textIn(error, 'message') ?? '';
  const evidence = `${event} (${name}): ${message.slice(0, 200)}`;
  if (name === 'MessageAbortedError') return { state: 'Idle', cause: 'Interrupted', evidence, atMs };
  return { ...failureOf(name, message, numberIn(error, 'statusCode')), evidence, atMs };
}

/** A request that opencode tries again by itself, at a time that it tells. A spent limit is waited for like that, too. */
export function readOpencodeRetry({ atMs, payload }: Signal): OpencodeReading {
  const status = objectIn(payload, 'status');
  const message = textIn(status, 'message') ?? '';
  const nextMs = numberIn(status, 'next');
  const evidence = `session.status (retry ${String(numberIn(status, 'attempt') ?? 0)}): ${message.slice(0, 200)}`;
  const told = { evidence, atMs, isRetrying: true };
  const isSpent = OPENCODE_SPENT.test(message) || (nextMs ?? 0) - atMs > LONG_PAUSE_MS;
  return isSpent ? { state: 'UsageLimited', untilMs: nextMs, ...told } : { state: 'Busy', ...told };
}

function failureOf(name: string, message: string, status: number | undefined): Failure {
  if (name === 'ContextOverflowError') return { state: 'ApiError', cause: 'ContextFull' };
  if (name === 'ProviderAuthError' || status === 401 || status === 403) return { state: 'AuthRequired' };
  if (status === 402) return { state: 'UsageLimited', cause: 'Billing' };
  if (status === 429)
    return OPENCODE_SPENT.test(message) ? { state: 'UsageLimited' } : { state: 'ApiError', cause: 'RateLimit' };
  if (status === undefined && UNREACHABLE.test(message)) return { state: 'ApiError', cause: 'Connectivity' };
  return { state: 'ApiError', cause: 'ServerError' };
}
