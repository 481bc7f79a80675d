import { formatKey, type ObjectKey } from '#api/key.ts';

import { usageError } from './cli-error.ts';
import { readKey } from './find-objects.ts';

/** The key of an agent that is named as `builder` or `agent/builder`. */
export function agentKey(word: string): ObjectKey {
  if (!word.includes('/')) return formatKey('Agent', word);
  const key = readKey(word);
  if (!key.startsWith('Agent/')) throw usageError(`${JSON.stringify(word)} must be an agent`);
  return key;
}
