import { usageError } from './cli-error.ts';
import type { Parsed } from './flags.ts';

/** The form of output that `-o` asks for; the first of the forms when it asks for none. */
export function outputOf<const Forms extends readonly [string, ...string[]]>(
  parsed: Parsed,
  forms: Forms,
): Forms[number] {
  const asked = parsed.text('output') ?? forms[0];
  const found = forms.find((form) => form === asked);
  if (found === undefined) throw usageError(`output must be one of ${forms.join(', ')}, not ${JSON.stringify(asked)}`);
  return found;
}
