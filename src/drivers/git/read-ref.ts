import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import { isSha } from './git-words.ts';
import { readSmallFile } from './read-small-file.ts';

/** What a ref file says: an object name, or the full name of another ref. */
export type RefValue = { readonly sha: string } | { readonly ref: string };

/**
 * Reads one ref without running git: the loose file, then `packed-refs`. git writes packed-refs before it deletes a loose file,
 * so this order never misses a ref. Content that is no ref is `unknown(RefDamaged)`.
 */
export async function readRef(commonDir: string, name: string): Promise<Fact<string>> {
  const loose = await readRefFile(`${commonDir}/${name}`);
  if (loose.state === 'unknown') return loose;
  if (loose.state === 'known') {
    return 'sha' in loose.value
      ? known(loose.value.sha)
      : unknown('RefDamaged', `Ref "${name}" in "${commonDir}" is not an object name`);
  }
  return await readPackedRef(commonDir, name);
}

/** Reads a ref file such as HEAD. */
export async function readRefFile(path: string): Promise<Fact<RefValue>> {
  const text = await readSmallFile(path, 4096);
  if (text.state !== 'known') return text;
  const line = text.value.trim();
  if (isSha(line)) return known({ sha: line });
  const symbolic = /^ref:\s*(refs\/[^\n]+)$/.exec(line)?.[1];
  if (symbolic !== undefined) return known({ ref: symbolic });
  return unknown('RefDamaged', `"${path}" holds no object name and no ref`);
}

async function readPackedRef(commonDir: string, name: string): Promise<Fact<string>> {
  const packed = await readSmallFile(`${commonDir}/packed-refs`, 32 * 1024 * 1024);
  if (packed.state !== 'known') return packed;
  const end = ` ${name}\n`;
  const text = packed.value.endsWith('\n') ? packed.value : `${packed.value}\n`;
  const at = text.indexOf(end);
  if (at < 0) return ABSENT;
  const sha = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return isSha(sha)
    ? known(sha)
    : unknown('RefDamaged', `packed-refs in "${commonDir}" has no object name for "${name}"`);
}
