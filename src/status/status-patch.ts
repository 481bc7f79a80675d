import jsonPatch from 'fast-json-patch';

/** The JSON Patch (RFC 6902) from one status to another; empty when nothing is to be written. */
export function statusPatch(before: object, after: object): readonly { readonly op: string; readonly path: string }[] {
  return jsonPatch.compare(before, after);
}
