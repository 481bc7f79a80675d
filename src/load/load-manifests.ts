import { dirname, resolve } from 'node:path';
import { isPlain } from '#api/is-plain.ts';
import { validateManifest } from '#api/validate.ts';
import type { ManifestIssue } from '#api/validate.ts';
import { checkSet } from './check-set.ts';
import { findManifests } from './find-manifests.ts';
import type { ManifestFile } from './find-manifests.ts';
import type { JsonObject } from './json.ts';
import { FILE_LIMIT_BYTES } from './limits.ts';
import type { KnownObject, LoadedObject } from './loaded-object.ts';
import { nameOf } from './loaded-object.ts';
import { resolveLocalPaths } from './local-paths.ts';
import type { Mistake } from './mistake.ts';
import { renderPath, sortMistakes } from './mistake.ts';
import { DOCUMENT_LIMIT, parseDocuments } from './parse-documents.ts';
import type { Locate, ParsedDocument } from './parse-documents.ts';
import { checkSchedules } from './check-schedules.ts';
import { readPrompts } from './read-prompts.ts';
import { readStream, readText } from './read-text.ts';
import type { ReadText } from './read-text.ts';
import type { Path } from './yaml-value.ts';

/** How manifests are loaded. */
export type LoadOptions = {
  /** Where relative paths start, and those in manifests from standard input. */
  readonly cwd: string;
  /** Look into the folders of folders, too. */
  readonly recursive?: boolean;
  /** Standard input, for the path `-`. */
  readonly readStdin?: () => AsyncIterable<Uint8Array | string>;
  /** Objects that are stored: references may name them, and nothing of theirs may be taken. Leave out what will be pruned. */
  readonly stored?: readonly KnownObject[];
};

/** The objects of all files, or every mistake in them; nothing is loaded when anything is wrong. `files` names what was looked at. */
export type LoadResult =
  | { readonly objects: readonly LoadedObject[]; readonly files: readonly string[] }
  | { readonly mistakes: readonly Mistake[]; readonly files: readonly string[] };

/** Loads and checks manifests: each object by itself, their prompts, and all of them together. Never throws for what is in the files. */
export async function loadManifests(paths: readonly string[], options: LoadOptions): Promise<LoadResult> {
  const { files, mistakes: notFound } = await findManifests(paths, {
    cwd: options.cwd,
    recursive: options.recursive ?? false,
  });
  const documents: Document[] = [];
  const mistakes: Mistake[] = [...notFound];
  for (const file of files) {
    const read = await readManifest(file, options);
    mistakes.push(...read.mistakes);
    documents.push(...read.documents);
    if (documents.length > DOCUMENT_LIMIT) {
      mistakes.push({ file: file.file, rule: `must have at most ${DOCUMENT_LIMIT} documents, all files together` });
      break;
    }
  }
  const complete = mistakes.length === 0;
  const loaded = await Promise.all(documents.map((document) => loadDocument(document, options)));
  const objects = loaded.map(({ object }) => object).filter((object) => object !== undefined);
  const broken = loaded.map(({ broken: found }) => found).filter((found) => found !== undefined);
  const names = files.map(({ file }) => file);
  mistakes.push(
    ...loaded.flatMap((each) => each.mistakes),
    ...checkSet({ objects, stored: storedBeside(objects, options), broken, complete }),
  );
  if (mistakes.length > 0) return { mistakes: sortMistakes(mistakes, names), files: names };
  return { objects, files: names };
}

/** One document, or one item of a `kind: List`. */
type Document = {
  readonly value: unknown;
  readonly folder: string;
  readonly locate: Locate;
  readonly sourceOf: (path: Path) => string | undefined;
};

async function readManifest(
  file: ManifestFile,
  options: LoadOptions,
): Promise<{ documents: readonly Document[]; mistakes: readonly Mistake[] }> {
  const read = await readSource(file, options);
  if ('rule' in read)
    return { documents: [], mistakes: [{ file: file.file, ...(read.line && { line: read.line }), rule: read.rule }] };
  const parsed = parseDocuments(file.file, read.text);
  const folder = file.path === undefined ? resolve(options.cwd) : dirname(file.path);
  return { documents: parsed.documents.flatMap((document) => unfold(document, folder)), mistakes: parsed.mistakes };
}

async function readSource(file: ManifestFile, options: LoadOptions): Promise<ReadText> {
  if (file.path !== undefined) return readText(file.path, FILE_LIMIT_BYTES);
  const stdin = options.readStdin?.();
  return stdin === undefined
    ? { rule: 'must be given, but there is no standard input' }
    : readStream(stdin, FILE_LIMIT_BYTES);
}

/** The items of a `kind: List`, as `kubectl get -o yaml` prints several objects; anything else as it is. */
function unfold(document: ParsedDocument, folder: string): readonly Document[] {
  const { value, locate, sourceOf } = document;
  if (!isPlain(value) || value.kind !== 'List' || !Array.isArray(value.items))
    return [{ value, folder, locate, sourceOf }];
  return value.items.map((item: unknown, index) => ({
    value: item,
    folder,
    locate: (path, part) => locate(['items', index, ...path], part),
    sourceOf: (path) => sourceOf(['items', index, ...path]),
  }));
}

type LoadedDocument = {
  readonly object?: LoadedObject;
  readonly broken?: { kind: string; name: string };
  readonly mistakes: readonly Mistake[];
};

async function loadDocument(document: Document, options: LoadOptions): Promise<LoadedDocument> {
  const { locate } = document;
  const validation = validateManifest(document.value);
  const broken = identify(document.value);
  if ('issues' in validation) {
    const mistakes = validation.issues.map((issue) => describeIssue(issue, document));
    return broken === undefined ? { mistakes } : { mistakes, broken };
  }
  const { kind, metadata } = validation.object;
  // Documents are read as JSON values and nothing else.
  const spec = resolveLocalPaths(kind, validation.object.spec as JsonObject, document.folder);
  const label = nameOf({ kind, name: metadata.name });
  const holder = { kind, label, spec, locate };
  const { texts, mistakes: inPrompts } = await readPrompts(holder, options.cwd);
  const mistakes = [...inPrompts, ...checkSchedules(holder)];
  return { object: { object: { ...validation.object, spec }, position: locate([]), locate, texts }, mistakes };
}

/** Rules that are about a field's being there, not about its value. */
const NAME_RULES = /^(must be a known field|must not be set|not supported)/;

function describeIssue(issue: ManifestIssue, document: Document): Mistake {
  const found = identify(document.value);
  return {
    ...document.locate(issue.path, NAME_RULES.test(issue.rule) ? 'name' : 'value'),
    object: found && nameOf(found),
    path: renderPath(issue.path),
    rule: issue.rule,
    suggestion: quoteAsWritten(issue, document),
  };
}

/** A number that should be text is quoted as it stands in the file: `0600`, not 600. */
function quoteAsWritten(issue: ManifestIssue, document: Document): string | undefined {
  const source = document.sourceOf(issue.path);
  if (source === undefined) return issue.suggestion;
  return issue.suggestion?.replace(/^write ".*" in quotes$/, () => `write ${JSON.stringify(source)} in quotes`);
}

function identify(value: unknown): { kind: string; name: string } | undefined {
  if (!isPlain(value) || !isPlain(value.metadata)) return undefined;
  const { kind, metadata } = value;
  const { name } = metadata;
  return typeof kind === 'string' && typeof name === 'string'
    ? { kind: kind.slice(0, 63), name: name.slice(0, 63) }
    : undefined;
}

function storedBeside(objects: readonly LoadedObject[], options: LoadOptions): readonly KnownObject[] {
  const loaded = new Set(objects.map(({ object }) => `${object.kind}/${object.metadata.name}`));
  return (options.stored ?? []).filter(({ kind, name }) => !loaded.has(`${kind}/${name}`));
}
