import { z } from 'zod';

import { KIND_ORDER, KINDS, kindWords, parseKindName } from './kind.ts';
import type { Kind } from './kind.ts';
import { SCHEMAS } from './kinds.ts';
import { Metadata } from './metadata.ts';
import { LATER_FIELDS, renderLaterField } from './not-supported.ts';
import { CONDITION_TYPES, isConditionType, isReason, REASONS } from './reasons.ts';
import { childOf, descriptionOf, fieldsOf, titleOf, unwrap } from './schema-walk.ts';
import type { Schema } from './schema-walk.ts';
import { didYouMean, nearest } from './suggest.ts';

/** What is known about a field: enough to print it or to list it under its parent. */
export type FieldExplanation = {
  readonly name: string;
  /** Text, whole number, list of text, object, or one of the allowed words. */
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description: string;
  /** Why this version refuses it. */
  readonly notSupported?: string;
};

/** The answer to `ccci explain`: a field with the fields below it, a Reason, or what was probably meant. */
export type Explanation =
  | {
      readonly what: 'Field';
      readonly kind: Kind;
      readonly path: string;
      readonly field: FieldExplanation;
      readonly fields: readonly FieldExplanation[];
    }
  | { readonly what: 'Reason'; readonly name: string; readonly meaning: string; readonly next: string }
  | { readonly what: 'ConditionType'; readonly name: string; readonly meaning: string }
  | { readonly what: 'NotFound'; readonly message: string; readonly suggestion?: string };

/** Explains a path such as `agent.spec.liveness` or `vm`, or a word such as `GateNotPassed`. */
export function explain(text: string): Explanation {
  const [word = '', ...path] = text.split('.');
  const kind = parseKindName(word);
  if (kind !== undefined) return explainField(kind, path);
  if (isReason(text)) return { what: 'Reason', name: text, ...REASONS[text] };
  if (isConditionType(text)) return { what: 'ConditionType', name: text, meaning: CONDITION_TYPES[text] };
  const words = [...KIND_ORDER.flatMap(kindWords), ...Object.keys(REASONS), ...Object.keys(CONDITION_TYPES)];
  return notFound(`there is no kind, reason or condition ${JSON.stringify(text)}`, didYouMean(word, words));
}

function explainField(kind: Kind, path: readonly string[]): Explanation {
  let schema: Schema = z.object({
    metadata: Metadata.describe('Name, labels and what the store keeps about the object.'),
    spec: SCHEMAS[kind].spec.describe('What is wanted.'),
    status: SCHEMAS[kind].status.optional().describe('What was observed, written by the controller.'),
  });
  const shown = [kind.toLowerCase()];
  for (const step of path) {
    const child = childOf(schema, step);
    if (child === undefined) {
      const meant = nearest(step, [...fieldsOf(schema).keys()]);
      const suggestion = meant === undefined ? undefined : `did you mean "${[...shown, meant].join('.')}"?`;
      return notFound(`${shown.join('.')} has no field ${JSON.stringify(step)}`, suggestion);
    }
    schema = child;
    shown.push(step);
  }
  const field = describeField({ kind, path, schema });
  const described = path.length === 0 ? { ...field, description: KINDS[kind].summary } : field;
  const fields = [...fieldsOf(schema)].map(([name, child]) =>
    describeField({ kind, path: [...path, name], schema: child }),
  );
  return { what: 'Field', kind, path: shown.join('.'), field: described, fields };
}

type Place = { readonly kind: Kind; readonly path: readonly string[]; readonly schema: Schema };

function describeField({ kind, path, schema }: Place): FieldExplanation {
  const later = path[0] === 'spec' ? LATER_FIELDS[kind]?.[path.slice(1).join('.')] : undefined;
  const preset = defaultOf(schema);
  return {
    name: path.at(-1) ?? kind,
    type: typeOf(schema),
    required: unwrap(schema) === schema,
    ...(preset === undefined ? {} : { default: preset }),
    description: descriptionOf(schema),
    ...(later === undefined ? {} : { notSupported: renderLaterField(later) }),
  };
}

function defaultOf(schema: Schema): unknown {
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue;
  if (schema instanceof z.ZodOptional) return defaultOf(schema.unwrap());
  return undefined;
}

const PLAIN_TYPES: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false', number: 'number' };

function typeOf(schema: Schema): string {
  const inner = unwrap(schema);
  const title = titleOf(inner);
  if (title !== undefined) return title;
  if (inner instanceof z.ZodEnum) return inner.options.join(' | ');
  if (inner instanceof z.ZodLiteral) return [...inner.values].join(' | ');
  if (inner instanceof z.ZodArray) return `list of ${typeOf(inner.element)}`;
  if (inner instanceof z.ZodRecord) return `map of names to ${typeOf(inner.valueType)}`;
  if (inner instanceof z.ZodObject) return 'object';
  if (inner instanceof z.ZodNumberFormat) return 'whole number';
  return PLAIN_TYPES[inner._zod.def.type] ?? 'any';
}

function notFound(message: string, suggestion: string | undefined): Explanation {
  return { what: 'NotFound', message, ...(suggestion === undefined ? {} : { suggestion }) };
}
