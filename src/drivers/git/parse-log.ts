import { isSha } from './git-words.ts';
import type { Commit } from './git.ts';

/** git's format for `parseLog`: six fields per commit, each ended by NUL, which no field can hold. */
export const LOG_FORMAT = 'tformat:%H%x00%P%x00%an%x00%ae%x00%ct%x00%s';

/** The commits in the output of `git log -z` with LOG_FORMAT. Undefined when the output is anything else, cut off for example. */
export function parseLog(text: string): Commit[] | undefined {
  if (text === '') return [];
  const fields = text.split('\0');
  if (fields.pop() !== '' || fields.length % 6 !== 0) return undefined;
  const records = Array.from({ length: fields.length / 6 }, (_, index) =>
    parseCommit(fields.slice(index * 6, index * 6 + 6)),
  );
  return records.every((commit) => commit !== undefined) ? records : undefined;
}

function parseCommit([sha = '', parents = '', name = '', email = '', seconds = '', subject = '']: string[]):
  Commit | undefined {
  const parentShas = parents === '' ? [] : parents.split(' ');
  if (![sha, ...parentShas].every(isSha)) return undefined;
  return { sha, parents: parentShas, subject, author: { name, email }, committedAtMs: epochMs(seconds) };
}

/** A time that a commit may have made up: 0 when it is no number that a date can hold. */
function epochMs(seconds: string): number {
  const ms = Number(seconds) * 1000;
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? ms : 0;
}
