import { z } from 'zod';

/** Any schema. */
export type Schema = z.core.$ZodType;

/** One step of a path: a field or an index. */
export type PathStep = string | number;

/** The schema inside `optional`, `default` and `prefault`. */
export function unwrap(schema: Schema): Schema {
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? unwrap(schema.unwrap()) : schema;
}

/** The fields of an object schema in their order; of a list of objects, those of its items; empty for anything else. */
export function fieldsOf(schema: Schema): ReadonlyMap<string, Schema> {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return new Map<string, Schema>(Object.entries(inner.shape));
  return inner instanceof z.ZodArray ? fieldsOf(inner.element) : new Map();
}

/** The schema of a field, item or map value; undefined when there is none. */
export function childOf(schema: Schema, step: PathStep): Schema | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return typeof step === 'number' ? inner.element : childOf(inner.element, step);
  if (inner instanceof z.ZodRecord) return inner.valueType;
  return fieldsOf(inner).get(String(step));
}

/** The schema at a path; undefined when the path leads nowhere. Indexes of lists may be left out. */
export function schemaAt(schema: Schema, path: readonly PathStep[]): Schema | undefined {
  return path.reduce<Schema | undefined>(
    (found, step) => (found === undefined ? undefined : childOf(found, step)),
    schema,
  );
}

/** The dotted paths below a schema whose last step is `name`. */
export function findField(schema: Schema, name: string): readonly string[] {
  return [...fieldsOf(schema)].flatMap(([field, child]) => [
    ...(field === name ? [field] : []),
    ...findField(child, name).map((path) => `${field}.${path}`),
  ]);
}

/** The description that the schema was given, also when it is wrapped. */
export function descriptionOf(schema: Schema): string {
  const found = z.globalRegistry.get(schema)?.description;
  if (found !== undefined) return found;
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? descriptionOf(schema.unwrap()) : '';
}

/** What a person calls the type, when the schema has a name for it. */
export function titleOf(schema: Schema): string | undefined {
  return z.globalRegistry.get(schema)?.title;
}
