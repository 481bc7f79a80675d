import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import type { Mistake } from './mistake.ts';

/** A file to load: its name for people, and where it is. `-` has no path. */
export type ManifestFile = { readonly file: string; readonly path: string | undefined };

/** How to look for manifests. */
export type FindOptions = { readonly cwd: string; readonly recursive: boolean };

const MANIFEST = /\.(ya?ml|json)$/i;
const FILE_LIMIT = 10_000;

/** The files that the paths mean, each once, in order: files as they are, folders by the manifests in them, sorted, hidden ones left out. */
export async function findManifests(
  paths: readonly string[],
  options: FindOptions,
): Promise<{ readonly files: readonly ManifestFile[]; readonly mistakes: readonly Mistake[] }> {
  const found = new Map<string, ManifestFile>();
  const mistakes: Mistake[] = [];
  for (const given of paths) {
    const listed = given === '-' ? [{ file: '<stdin>', path: undefined }] : await listOne(given, options);
    if (!Array.isArray(listed)) mistakes.push({ file: given, rule: listed.rule, suggestion: listed.suggestion });
    else for (const each of listed) found.set(each.path ?? '-', found.get(each.path ?? '-') ?? each);
    if (found.size > FILE_LIMIT) {
      return { files: [], mistakes: [{ file: given, rule: `must hold at most ${FILE_LIMIT} manifests` }] };
    }
  }
  return { files: [...found.values()], mistakes };
}

type NotThere = { readonly rule: string; readonly suggestion?: string };

async function listOne(given: string, options: FindOptions): Promise<ManifestFile[] | NotThere> {
  const path = resolve(options.cwd, given);
  const kind = await kindOf(path);
  if (kind === undefined) return { rule: 'must be there, but there is no such file or folder' };
  if (kind === 'file') return [{ file: given, path }];
  const inside = await listFolder(path, options.recursive);
  if ('rule' in inside) return inside;
  if (inside.names.length === 0) {
    const suggestion = options.recursive ? undefined : 'use -R to look into the folders in it';
    return { rule: 'must hold a manifest: a file *.yaml, *.yml or *.json', ...(suggestion && { suggestion }) };
  }
  return inside.names.map((name) => ({ file: display(given, name), path: join(path, name) }));
}

async function listFolder(folder: string, recursive: boolean): Promise<{ names: string[] } | NotThere> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const shown = entries.filter(({ name }) => !name.startsWith('.')).sort(byName);
    const names: string[] = [];
    for (const entry of shown) {
      const inside = await listEntry(folder, entry, recursive);
      if ('rule' in inside) return inside;
      names.push(...inside.names);
    }
    return { names };
  } catch (error) {
    return { rule: `must be readable: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A link to a file counts, one to a folder is not followed: it could lead in a circle. */
async function listEntry(folder: string, entry: Dirent, recursive: boolean): Promise<{ names: string[] } | NotThere> {
  const { name } = entry;
  if (!entry.isDirectory()) {
    const counts = MANIFEST.test(name) && (await kindOf(join(folder, name))) === 'file';
    return { names: counts ? [name] : [] };
  }
  const inside = recursive ? await listFolder(join(folder, name), recursive) : { names: [] };
  return 'rule' in inside ? inside : { names: inside.names.map((each) => join(name, each)) };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}

function display(given: string, name: string): string {
  return isAbsolute(given) ? join(given, name) : normalize(`${given}/${name}`);
}
