import type { StoredObject } from '#store/store.ts';

/** An object as people and programs get it: without what only the store needs. */
export type ShownObject = Omit<StoredObject, 'lastApplied' | 'texts' | 'versions'>;

/** The public part of a stored object, its fields in the order in which people read them. */
export function shownObject({ apiVersion, kind, metadata, spec, operator, status }: StoredObject): ShownObject {
  return {
    apiVersion,
    kind,
    metadata,
    spec,
    ...(operator === undefined ? {} : { operator }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Objects as JSON or YAML: one as itself, several as a List, as kubectl prints them. */
export async function renderObjects(
  objects: readonly StoredObject[],
  form: 'json' | 'yaml',
  asList: boolean = objects.length !== 1,
): Promise<string> {
  const shown = objects.map(shownObject);
  const value = asList ? { apiVersion: 'v1', kind: 'List', items: shown } : shown[0];
  if (form === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  const { renderYaml } = await import('#load/render-yaml.ts');
  return renderYaml(value);
}
