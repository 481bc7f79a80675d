import type { Json } from '#store/store.ts';

import { usageError } from './cli-error.ts';

/** One step of a path: a field, an index, every item, or the items with a field of that value. */
type Step = string | number | '*' | { readonly field: string; readonly value: string };

const STEP =
  /^(?:\.?\*|\.([A-Za-z0-9_-]+)|\[(-?\d+)\]|\[\*\]|\['([^']*)'\]|\["([^"]*)"\]|\[\?\(@\.([A-Za-z0-9_.-]+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\])/;

/** The values at a path such as `.status.conditions[?(@.type=="Ready")].status`, also in braces as kubectl wants it. Throws a usage error for a path that can not be read. */
export function jsonPath(value: Json, path: string): readonly Json[] {
  return parseSteps(path).reduce<readonly Json[]>((values, step) => values.flatMap((one) => take(one, step)), [value]);
}

/** Refuses a path that can not be read. */
export function checkJsonPath(path: string): string {
  parseSteps(path);
  return path;
}

function parseSteps(path: string): readonly Step[] {
  const bare = path.replace(/^\{(.*)\}$/s, '$1').replace(/^\$/, '');
  let rest = bare.startsWith('.') || bare.startsWith('[') || bare === '' ? bare : `.${bare}`;
  const steps: Step[] = [];
  while (rest !== '' && rest !== '.') {
    const found = STEP.exec(rest);
    if (found === null)
      throw usageError(
        `could not read the path ${JSON.stringify(path)} from ${JSON.stringify(rest)} on`,
        'write it as .status.conditions[0].reason',
      );
    steps.push(stepOf(found));
    rest = rest.slice(found[0].length);
  }
  return steps;
}

function stepOf([, name, index, single, double, field, byDouble, bySingle]: readonly (string | undefined)[]): Step {
  if (index !== undefined) return Number(index);
  if (field !== undefined) return { field, value: byDouble ?? bySingle ?? '' };
  return name ?? single ?? double ?? '*';
}

function take(value: Json, step: Step): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Object.values(value);
  if (typeof step === 'number') return Array.isArray(value) ? found(value.at(step)) : [];
  if (typeof step === 'string')
    return Object.hasOwn(value, step) ? found(new Map(Object.entries(value)).get(step)) : [];
  return Object.values(value).filter((item) => {
    const [inner] = jsonPath(item, step.field);
    return inner !== undefined && String(inner) === step.value;
  });
}

function found(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : [value];
}

/** A value as `get -o jsonpath=` prints it: texts as they are, everything else as JSON. */
export function renderJsonValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
