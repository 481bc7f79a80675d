import { fieldsOf, numberOf, textOf, textsOf } from './answer.ts';
import type { Found } from './incus-api.ts';
import type { InstanceView } from './incus.ts';

/** Reads an instance; only fields that decisions need are looked at. */
export function instanceView(found: Found, halfCreated: boolean): InstanceView {
  const { metadata, etag } = found;
  const devices = Object.entries(fieldsOf(metadata.devices)).map(([name, device]) => [name, textsOf(device)] as const);
  return {
    name: textOf(metadata.name),
    status: textOf(metadata.status),
    statusCode: numberOf(metadata.status_code),
    type: textOf(metadata.type),
    config: textsOf(metadata.config),
    devices: Object.fromEntries(devices),
    description: textOf(metadata.description),
    etag,
    createdAt: textOf(metadata.created_at),
    lastUsedAt: textOf(metadata.last_used_at),
    halfCreated,
  };
}

/**
 * Whether the record looks like that of an unfinished create: stopped, never started, and without the mark that a
 * finished create leaves (`volatile.apply_template`). A create that still runs looks the same.
 */
export function looksHalfCreated(found: Found): boolean {
  const { metadata } = found;
  const neverStarted = !(Date.parse(textOf(metadata.last_used_at)) > 0);
  const finished = 'volatile.apply_template' in fieldsOf(metadata.config);
  return textOf(metadata.status) === 'Stopped' && neverStarted && !finished;
}
