import { z } from 'zod';

import { isPlain } from './is-plain.ts';

/** A broken rule inside an object: where, and the rule as a sentence that begins with "must". */
export type RuleFinding = { readonly path: readonly (string | number)[]; readonly rule: string };

type Plain = Readonly<Record<string, unknown>>;

/**
 * A rule over several fields of an object, for `schema.check(...)`. It also runs when other fields are wrong, so that all
 * mistakes are told at once, but not when one of the fields in `uses` is itself wrong or unknown.
 */
export function rule<T extends object>(
  uses: readonly (keyof T & string)[],
  check: (value: T) => readonly RuleFinding[],
) {
  const names: readonly string[] = uses;
  return z.superRefine<T>(
    (value, context) => {
      for (const finding of check(value)) {
        context.addIssue({ code: 'custom', path: [...finding.path], message: finding.rule });
      }
    },
    { when: ({ value, issues }) => isPlain(value) && !issues.some(({ path }) => names.includes(String(path?.[0]))) },
  );
}

/** The rule that exactly one of some fields is set. */
export function exactlyOneOf<T extends object>(...fields: readonly (keyof T & string)[]) {
  return rule<T>(fields, (value) => {
    const set = setFields(value, fields);
    return set.length === 1 ? [] : [{ path: [], rule: `must have exactly one of ${fields.join(', ')}${butHas(set)}` }];
  });
}

/** The rule that at most one of some fields is set. */
export function atMostOneOf<T extends object>(...fields: readonly (keyof T & string)[]) {
  return rule<T>(fields, (value) => {
    const set = setFields(value, fields);
    return set.length <= 1 ? [] : [{ path: [], rule: `must have at most one of ${fields.join(', ')}${butHas(set)}` }];
  });
}

/** The rule that the items of a list have distinct names; items that are wrong in another way are left out. */
export function distinctNames<T extends object>(field: keyof T & string) {
  return rule<T>([], (value) => {
    const list = Object.entries(value).find(([key]) => key === field)?.[1] as unknown;
    const names = Array.isArray(list) ? list.map(nameOf) : [];
    return names.flatMap((name, index) =>
      name !== undefined && names.indexOf(name) < index
        ? [{ path: [field, index, 'name'], rule: `must be unique in ${field}; "${name}" is there twice` }]
        : [],
    );
  });
}

function setFields(value: object, fields: readonly string[]): readonly string[] {
  const entries: Plain = { ...value };
  return fields.filter((field) => entries[field] !== undefined);
}

function butHas(set: readonly string[]): string {
  return set.length === 0 ? '' : `, not ${set.join(' and ')}`;
}

function nameOf(item: unknown): string | undefined {
  return isPlain(item) && typeof item.name === 'string' ? item.name : undefined;
}
