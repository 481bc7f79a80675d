import type { Store } from '#store/store.ts';

import { isReadable } from './is-readable.ts';
import { renderObjects } from './render-objects.ts';

type Applied = readonly { readonly key: string; readonly outcome: string }[];

/** What apply tells: a line per object, names, or the objects as they are stored now. */
export async function renderApplied(
  done: Applied,
  store: Store,
  { output, dryRun }: { readonly output: 'text' | 'name' | 'json' | 'yaml'; readonly dryRun: boolean },
): Promise<string> {
  const note = dryRun ? ' (dry run)' : '';
  if (output === 'text') return done.map(({ key, outcome }) => `${written(key)} ${outcome}${note}\n`).join('');
  if (output === 'name') return done.map(({ key }) => `${written(key)}\n`).join('');
  const objects = await Promise.all(done.map(({ key }) => store.get(key)));
  const readable = objects.filter((object) => object !== undefined).filter(isReadable);
  return renderObjects(readable, output);
}

/** The key as people write it. */
export function written(key: string): string {
  const slash = key.indexOf('/');
  return key.slice(0, slash).toLowerCase() + key.slice(slash);
}
