import type { z } from 'zod';

import { parseKindName } from './kind.ts';
import { DURATION_RULE } from './quantity.ts';
import { isPlain } from './is-plain.ts';
import { didYouMean } from './suggest.ts';

type RawIssue = z.core.$ZodRawIssue;

/** A mistake as zod reports it, with the fields that some of its codes have. */
export type ReportedIssue = { readonly code: string; readonly message: string; readonly [key: string]: unknown };

const TYPE_RULES: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be a map of fields',
  record: 'must be a map of names to values',
};

const YES = ['yes', 'on', 'y', 'true'];
const NO = ['no', 'off', 'n', 'false'];

/** The rule that a value broke, as a sentence that begins with "must". For zod's `error` option; texts of the schemas win over it. */
export function describeIssue(issue: RawIssue): string {
  const rule = ruleOf(issue);
  if (issue.input === undefined) return rule.replace(/^must be (set to )?/, 'must be set: ');
  return `${rule}, not ${describeValue(issue.input)}`;
}

/** What to write instead, when the value says what was meant. */
export function suggestValue(issue: ReportedIssue): string | undefined {
  const { code, input, expected, values, message } = issue;
  if (input === null) return 'give it a value, or remove the line';
  if (code === 'invalid_value')
    return typeof input === 'string' && Array.isArray(values) ? suggestWord(input, values.map(String)) : undefined;
  if (message.startsWith(DURATION_RULE)) return typeof input === 'number' ? `write ${input}s for seconds` : undefined;
  return code === 'invalid_type' && typeof expected === 'string' ? SPELLINGS[expected]?.(input) : undefined;
}

function suggestWord(input: string, values: readonly string[]): string | undefined {
  const kind = parseKindName(input);
  return kind !== undefined && values.includes(kind) ? `did you mean "${kind}"?` : didYouMean(input, values);
}

const SPELLINGS: Readonly<Record<string, (input: unknown) => string | undefined>> = {
  string: (input) =>
    typeof input === 'number' || typeof input === 'boolean' ? `write "${input}" in quotes` : undefined,
  boolean: (input) => (typeof input === 'string' ? suggestBoolean(input) : undefined),
  array: (input) => (typeof input === 'string' ? `write [${JSON.stringify(input)}]` : undefined),
  number: suggestNumber,
  int: suggestNumber,
};

function suggestNumber(input: unknown): string | undefined {
  return typeof input === 'string' && /^-?[0-9]+$/.test(input) ? `write ${input} without quotes` : undefined;
}

/** A value as errors quote it: short, with its kind where that helps, and without the login of an address. */
export function describeValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isPlain(value)) return 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value.replace(/\/\/[^/@\s]*@/, '//***@')) : String(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return typeof value === 'string' ? short : `the ${typeof value} ${short}`;
}

function ruleOf(issue: RawIssue): string {
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`;
  }
  if (issue.code === 'invalid_type') return TYPE_RULES[issue.expected] ?? `must be of type ${issue.expected}`;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'must have valid names';
  return 'must be valid';
}

function suggestBoolean(input: string): string | undefined {
  const word = input.toLowerCase();
  if (YES.includes(word)) return 'write true';
  return NO.includes(word) ? 'write false' : undefined;
}
