import type { Manifest } from '#api/validate.ts';
import type { JsonObject } from './json.ts';
import type { Position } from './mistake.ts';
import type { Locate } from './parse-documents.ts';

/** A valid object from a manifest. Its spec is as it was written, without defaults; local paths in it are absolute. */
export type LoadedObject = {
  readonly object: Omit<Manifest, 'spec'> & { readonly spec: JsonObject };
  /** Where its document begins. */
  readonly position: Position;
  /** Where a field of it stands, for messages. */
  readonly locate: Locate;
  /** Texts of the prompt files that it names, by field path: `{'spec.prompt.file': '...'}`. */
  readonly texts: Readonly<Record<string, string>>;
};

/** What of an object the rules over several objects look at; stored ones come as these. */
export type KnownObject = {
  readonly kind: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
};

/** The object as people write it: `agent/builder`. */
export function nameOf(object: { readonly kind: string; readonly name: string }): string {
  return `${object.kind.toLowerCase()}/${object.name}`;
}
