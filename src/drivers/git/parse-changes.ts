import type { CommitChanges } from './git.ts';
import { parseLog } from './parse-log.ts';

/** How many fields `LOG_FORMAT` has. */
const FIELDS = 6;

/**
 * The commits and paths in the output of `git log -z --raw` with LOG_FORMAT and without renames. Undefined when the
 * output is anything else. Fields are counted and each raw entry announces its path, so that no name can pass for something else.
 */
export function parseChanges(text: string): CommitChanges[] | undefined {
  const tokens = text.split('\0');
  const found: { commit: string[]; paths: string[] }[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    // What git puts between a commit and its entries differs: a line end, or an empty field after a merge.
    const token = (tokens[at] ?? '').replace(/^\n/, '');
    if (token === '') continue;
    if (token.startsWith(':')) {
      const path = tokens[(at += 1)];
      const last = found.at(-1);
      if (path === undefined || last === undefined) return undefined;
      last.paths.push(path);
    } else {
      found.push({ commit: [token, ...tokens.slice(at + 1, at + FIELDS)], paths: [] });
      at += FIELDS - 1;
    }
  }
  const commits = parseLog(found.map(({ commit }) => `${commit.join('\0')}\0`).join(''));
  return commits?.map((commit, index) => ({ commit, paths: found[index]?.paths ?? [] }));
}
