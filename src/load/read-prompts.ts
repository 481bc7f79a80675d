import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative } from 'node:path';
import type { Kind } from '#api/kind.ts';
import { checkTemplate, PING_VARIABLES, PROMPT_LIMIT_BYTES, PROMPT_VARIABLES } from '#api/prompt-template.ts';
import type { TemplateMistake } from '#api/prompt-template.ts';
import { isPlain } from '#api/is-plain.ts';
import { didYouMean } from '#api/suggest.ts';
import type { Mistake, Position } from './mistake.ts';
import { renderPath } from './mistake.ts';
import { readText } from './read-text.ts';
import type { Path } from './yaml-value.ts';

/** An object whose prompts are to be read: its spec, and where its fields stand. */
export type PromptHolder = {
  readonly kind: Kind;
  /** The object as people write it. */
  readonly label: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly locate: (path: Path) => Position;
};

/** The texts of the prompt files of an object by field path, and every mistake in its prompts and pings. */
export type ReadPrompts = { readonly texts: Readonly<Record<string, string>>; readonly mistakes: readonly Mistake[] };

type Place = { readonly path: Path; readonly variables: readonly string[] };
type Found = { readonly text: string; readonly position: (mistake: TemplateMistake) => Position };

const PROMPT = Object.keys(PROMPT_VARIABLES);
const PING = Object.keys(PING_VARIABLES);

/** Where templates are, by kind: a prompt with `file` or `inline`, or a text. */
const PLACES: Readonly<Partial<Record<Kind, readonly Place[]>>> = {
  Agent: [
    { path: ['spec', 'prompt'], variables: PROMPT },
    { path: ['spec', 'wake', 'prompt'], variables: PROMPT },
  ],
  AgentRun: [{ path: ['spec', 'prompt'], variables: PROMPT }],
  Gate: [
    { path: ['spec', 'pings', 'claim'], variables: PING },
    { path: ['spec', 'pings', 'verdict'], variables: PING },
  ],
};

/** Reads the prompt files of an object and checks all its templates. Paths in `spec` are absolute; `cwd` shortens them in messages. */
export async function readPrompts(holder: PromptHolder, cwd: string): Promise<ReadPrompts> {
  const texts: Record<string, string> = {};
  const mistakes: Mistake[] = [];
  for (const { path, variables } of PLACES[holder.kind] ?? []) {
    const value = valueAt(holder.spec, path.slice(1));
    const file = isPlain(value) && typeof value.file === 'string' ? value.file : undefined;
    const found =
      file === undefined ? findInline(holder, path, value) : await readFound(holder, [...path, 'file'], { file, cwd });
    if (found === undefined) continue;
    if ('rule' in found) mistakes.push(found);
    else {
      if (file !== undefined) texts[renderPath([...path, 'file'])] = found.text;
      mistakes.push(...checkText(holder, file === undefined ? path : [...path, 'file'], { ...found, variables }));
    }
  }
  return { texts, mistakes };
}

function findInline(holder: PromptHolder, path: Path, value: unknown): Found | undefined {
  const inline = isPlain(value) ? value.inline : value;
  if (typeof inline !== 'string') return undefined;
  const at = holder.locate(isPlain(value) ? [...path, 'inline'] : path);
  return { text: inline, position: () => at };
}

async function readFound(
  holder: PromptHolder,
  path: Path,
  from: { file: string; cwd: string },
): Promise<Found | Mistake> {
  const shown = shorten(from.file, from.cwd);
  const read = await readText(from.file, PROMPT_LIMIT_BYTES);
  if ('text' in read) {
    return { text: read.text, position: ({ line, column }) => ({ file: shown, line, column }) };
  }
  const near = didYouMean(basename(from.file), await readdir(dirname(from.file)).catch(() => []));
  const line = read.line === undefined ? '' : ` (line ${read.line})`;
  return mistakeAt(holder, path, { rule: `"${shown}" ${read.rule}${line}`, suggestion: near });
}

function checkText(holder: PromptHolder, path: Path, at: Found & { variables: readonly string[] }): Mistake[] {
  const { text } = at;
  if (text.trim() === '') return [mistakeAt(holder, path, { rule: 'must not be empty' })];
  if (text.includes('\0')) return [mistakeAt(holder, path, { rule: 'must not contain a NUL character' })];
  if (Buffer.byteLength(text) > PROMPT_LIMIT_BYTES) {
    return [mistakeAt(holder, path, { rule: `must have at most ${PROMPT_LIMIT_BYTES / 1024} KiB` })];
  }
  return checkTemplate(text, at.variables).map((mistake) => ({
    ...at.position(mistake),
    object: holder.label,
    path: renderPath(path),
    ...describe(mistake, at.variables),
  }));
}

function describe(
  { variable, found }: TemplateMistake,
  known: readonly string[],
): { rule: string; suggestion: string } {
  const escape = 'write {{{{ for two braces that are meant as text';
  if (variable === undefined)
    return { rule: 'must be closed: "{{" begins a variable that does not end on its line', suggestion: escape };
  const rule = `must be a variable that is known, not "${found}"`;
  return { rule, suggestion: didYouMean(variable, known) ?? `known are ${known.join(', ')}; ${escape}` };
}

function mistakeAt(holder: PromptHolder, path: Path, what: { rule: string; suggestion?: string | undefined }): Mistake {
  return { ...holder.locate(path), object: holder.label, path: renderPath(path), ...what };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (isPlain(at) ? at[step] : undefined), value);
}

function shorten(file: string, cwd: string): string {
  const inside = relative(cwd, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? file : inside;
}
