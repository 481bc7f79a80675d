import { refusalReason } from './failure.ts';
import { IncusError } from './incus.ts';
import type { IncusReason } from './incus.ts';
import type { RawAnswer } from './transport.ts';

/** A JSON object of which nothing is believed yet. */
export type Fields = { readonly [name: string]: unknown };

/** An answer of the API: done, begun (an operation), or refused with the server's text. */
export type Answer =
  | { readonly type: 'done'; readonly etag: string; readonly metadata: Fields; readonly items: readonly unknown[] }
  | { readonly type: 'begun'; readonly operation: string }
  | { readonly type: 'refused'; readonly httpStatus: number; readonly text: string; readonly reason: IncusReason };

/**
 * Reads the envelope of an answer. An error is one by its body, not by its HTTP status (a wait fails with HTTP 200).
 * Throws IncusError ServerError when it is no answer of this API.
 */
export function parseAnswer(place: string, raw: RawAnswer): Answer {
  const body = fieldsOf(raw.body);
  const metadata = fieldsOf(body.metadata);
  if (body.type === 'error') {
    const text = typeof body.error === 'string' ? body.error : `HTTP ${raw.httpStatus}`;
    const httpStatus = raw.httpStatus === 200 ? numberOf(body.error_code) : raw.httpStatus;
    return { type: 'refused', httpStatus, text, reason: refusalReason(httpStatus, text) };
  }
  if (body.type === 'async' && typeof metadata.id === 'string') return { type: 'begun', operation: metadata.id };
  if (body.type === 'sync' && raw.httpStatus < 300)
    return { type: 'done', etag: raw.etag, metadata, items: listOf(body.metadata) };
  throw new IncusError(
    'ServerError',
    `${place} answers HTTP ${raw.httpStatus} without the envelope of the API; check that the address is that of an Incus server`,
  );
}

/** The value as an object, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value as a text, or ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value as a number, or 0. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** The value as a list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The entries whose values are texts. */
export function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(fieldsOf(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
