import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { loadManifests } from '#load/load-manifests.ts';
import type { LoadOptions, LoadResult } from '#load/load-manifests.ts';
import { renderMistake } from '#load/mistake.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-load-'));
let cases = 0;

after(() => rm(folder, { recursive: true, force: true }));

/** Names and contents of files. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** A new folder that is removed after the tests of the file. */
export async function newFolder(): Promise<string> {
  cases += 1;
  const cwd = join(folder, String(cases));
  await mkdir(cwd);
  return cwd;
}

/** Loads files from a folder of their own, by default; paths in messages are relative to it. */
export async function load(files: Files, paths = ['.'], options: Partial<LoadOptions> = {}): Promise<LoadResult> {
  const cwd = options.cwd ?? (await newFolder());
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), content);
  }
  return loadManifests(paths, { ...options, cwd });
}

/** The lines that a person sees. */
export async function mistakesOf(
  files: Files,
  paths?: string[],
  options?: Partial<LoadOptions>,
): Promise<readonly string[]> {
  const result = await load(files, paths, options);
  return 'mistakes' in result ? result.mistakes.map(renderMistake) : [];
}

/** Keys of what is loaded; fails on any mistake. */
export async function keysOf(
  files: Files,
  paths?: string[],
  options?: Partial<LoadOptions>,
): Promise<readonly string[]> {
  const result = await load(files, paths, options);
  assert.ok('objects' in result, 'mistakes' in result ? result.mistakes.map(renderMistake).join('\n') : '');
  return result.objects.map(({ object }) => `${object.kind}/${object.metadata.name}`);
}

/** A repository without mistakes. */
export function repository(name: string): string {
  return `apiVersion: ccci.dev/v1alpha1\nkind: Repository\nmetadata: {name: ${name}}\nspec: {url: /srv/${name}.git}\n`;
}

/** An agent without mistakes; `fields` are more lines of its spec, from line 9 on. */
export function agent(name: string, fields = ''): string {
  return [
    'apiVersion: ccci.dev/v1alpha1',
    'kind: Agent',
    `metadata: {name: ${name}}`,
    'spec:',
    '  mode: Loop',
    `  workdir: /srv/${name}`,
    '  backend: {type: claude}',
    '  prompt: {inline: Work}',
    fields,
  ].join('\n');
}

/** A phase of the repository `a`. */
export function phase(name: string, fields: string): string {
  return `apiVersion: ccci.dev/v1alpha1\nkind: Phase\nmetadata: {name: "${name}"}\nspec: {repositoryRef: {name: a}, ${fields}}\n`;
}
