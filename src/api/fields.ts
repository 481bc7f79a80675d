import { z } from 'zod';

import { DURATION_PATTERN, DURATION_RULE, SIZE_PATTERN, SIZE_RULE } from './quantity.ts';

// Compiling a parser for each schema costs a command that reads a few objects 10 ms, and saves 20 µs per object after that.
z.config({ jitless: true });

/** A DNS label: what names of objects are. */
export const NAME_PATTERN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const NAME_RULE =
  'must be a name of lower-case letters, digits and dashes, at most 63 characters, that begins and ends with a letter or digit';

/** The name of an object. */
export const Name = z.string().regex(NAME_PATTERN, NAME_RULE).max(63, NAME_RULE).meta({ title: 'name' });

/** A reference to an object whose kind the field's name gives. */
export const Ref = z.strictObject({ name: Name.describe('Name of the object.') });
export type Ref = z.infer<typeof Ref>;

/** A time span such as `90s`, `10m` or `1h30m`. */
export const Duration = z.string(DURATION_RULE).regex(DURATION_PATTERN, DURATION_RULE).meta({ title: 'duration' });

/** A number of bytes such as `8GiB`, `8GB` or `1024`. */
export const Size = z.string(SIZE_RULE).regex(SIZE_PATTERN, SIZE_RULE).meta({ title: 'size' });

/** Text that is not empty. */
export const Text = z.string().min(1, 'must not be empty');

/** One line of text that is not empty. */
export const Line = z.string().regex(/^[^\r\n]+$/, 'must be one line of text that is not empty');

/** A program and its arguments. Never a shell string: nothing is split, expanded or quoted. */
export const Argv = z
  .array(z.string().regex(/^[^\x00]*$/, 'must not contain a NUL character'))
  .min(1, 'must name a program, such as [npm, test]');

/** A path on the controller's machine; a relative one starts at the folder of its manifest. */
export const LocalPath = z
  .string()
  .regex(
    /^[^~\x00-\x1f\x7f][^\x00-\x1f\x7f]*$/,
    'must be an absolute path, or one relative to the manifest; "~" and variables are not expanded',
  )
  .meta({ title: 'path' });

/** A path inside a repository, from its root. */
export const RepositoryPath = z
  .string()
  .regex(
    /^[^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*$/,
    'must be a path from the root of the repository, without a leading "/"',
  )
  .refine((path) => !path.split('/').includes('..'), 'must stay inside the repository: ".." is not allowed')
  .meta({ title: 'path in the repository' });

/** A regular expression as JavaScript reads it. */
export const Pattern = z
  .string()
  .refine(isPattern, 'must be a valid regular expression')
  .meta({ title: 'regular expression' });

/** A count that is at least one. */
export const PositiveCount = z.int('must be a whole number').min(1, 'must be at least 1');

/** A TCP port. */
export const Port = z
  .int('must be a whole number')
  .min(1, 'must be a port, 1 to 65535')
  .max(65_535, 'must be a port, 1 to 65535');

/** A UTC time as ISO 8601 text. */
export const Timestamp = z.string().meta({ format: 'date-time', title: 'time' });

/** Suspends one object from its manifest. The operator's own order is kept beside the spec. */
export const Suspend = z
  .boolean()
  .default(false)
  .describe('Observe and show the object, but do not act on it. It can still be deleted.');

function isPattern(text: string): boolean {
  try {
    return text !== '' && new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
