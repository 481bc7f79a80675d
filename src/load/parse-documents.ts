import { Composer, isAlias, isMap, isNode, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml';
import type { CST, Document, Pair, YAMLError } from 'yaml';
import type { Mistake, Position } from './mistake.ts';
import { renderPath } from './mistake.ts';
import { DEPTH_LIMIT, readYamlValue } from './yaml-value.ts';
import type { Path } from './yaml-value.ts';

/** Most documents in all files together. */
export const DOCUMENT_LIMIT = 10_000;

/** Most words, marks and line ends of a file: what a parser's time grows with. */
const TOKEN_LIMIT = 200_000;

/** Most mistakes that are told of one file. */
const MISTAKE_LIMIT = 100;

/**
 * The place of a field's value, or of its name when that is asked for or the value is a list or map; of a missing
 * field, the place of what should hold it.
 */
export type Locate = (path: Path, part?: 'name' | 'value') => Position;

/** One document of a file: its plain value, and where each field stands. */
export type ParsedDocument = {
  readonly value: unknown;
  readonly locate: Locate;
  /** How a scalar is written in the file, without its quotes. */
  readonly sourceOf: (path: Path) => string | undefined;
};

/** The documents of one file; a document with a mistake is left out. Empty ones are ignored. */
export type ParsedFile = { readonly documents: readonly ParsedDocument[]; readonly mistakes: readonly Mistake[] };

/** Parses YAML 1.2 or JSON text. Ends quickly whatever the text is, and never throws. */
export function parseDocuments(file: string, text: string): ParsedFile {
  if (!isShort(text)) {
    return {
      documents: [],
      mistakes: [{ file, rule: `must have at most ${TOKEN_LIMIT} words and marks in one file` }],
    };
  }
  const lines = new LineCounter();
  const parsed: ParsedDocument[] = [];
  const mistakes: Mistake[] = [];
  let count = 0;
  for (const document of compose(text, lines)) {
    count += 1;
    if (count > DOCUMENT_LIMIT || mistakes.length >= MISTAKE_LIMIT) break;
    const place = { file, lines };
    const found = checkDocument(document, place);
    mistakes.push(...found.mistakes);
    if (found.mistakes.length === 0 && found.value !== null) parsed.push(locatable(document, found.value, place));
  }
  if (count > DOCUMENT_LIMIT) mistakes.push({ file, rule: `must have at most ${DOCUMENT_LIMIT} documents` });
  return { documents: parsed, mistakes: mistakes.slice(0, MISTAKE_LIMIT) };
}

type Place = { readonly file: string; readonly lines: LineCounter };
type TooDeep = { readonly tooDeepAt: number };

function isShort(text: string): boolean {
  let count = 0;
  for (const _token of new Lexer().lex(text)) {
    count += 1;
    if (count > TOKEN_LIMIT) return false;
  }
  return true;
}

/** Nesting is measured before composing, which goes as deep as the text does. Keys are compared later, in linear time. */
function* compose(text: string, lines: LineCounter): Generator<Document.Parsed | TooDeep> {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
  });
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    const tooDeepAt = findTooDeep(token);
    if (tooDeepAt !== undefined) {
      yield { tooDeepAt };
      return;
    }
    yield* composer.next(token);
  }
  yield* composer.end(false, text.length);
}

function findTooDeep(root: CST.Token): number | undefined {
  const open: [token: CST.Token, depth: number][] = [[root, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    if (depth > DEPTH_LIMIT + 1) return token.offset;
    if ('value' in token && typeof token.value === 'object') open.push([token.value, depth + 1]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push([key, depth + 1]);
      if (value) open.push([value, depth + 1]);
    }
  }
  return undefined;
}

function checkDocument(
  document: Document.Parsed | TooDeep,
  place: Place,
): { value: unknown; mistakes: readonly Mistake[] } {
  if ('tooDeepAt' in document) {
    const rule = `must not be nested deeper than ${DEPTH_LIMIT} levels`;
    return { value: undefined, mistakes: [{ ...positionAt(document.tooDeepAt, place), rule }] };
  }
  const warnings = document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  const errors = [...document.errors, ...warnings].slice(0, MISTAKE_LIMIT);
  if (errors.length > 0) return { value: undefined, mistakes: errors.map((error) => describeError(error, place)) };
  const { value, mistakes } = readYamlValue(document.contents);
  return {
    value,
    mistakes: mistakes.slice(0, MISTAKE_LIMIT).map(({ node, path, rule, suggestion }) => {
      return { ...positionAt(offsetOf(node) ?? 0, place), path: renderPath(path), rule, suggestion };
    }),
  };
}

function describeError(error: YAMLError, place: Place): Mistake {
  const told = error.message.replace(/\.?$/, '').replace(/\bat line \d+.*$/s, '');
  return { ...positionAt(error.pos[0], place), rule: `must be valid YAML: ${told}` };
}

function locatable(document: Document.Parsed | TooDeep, value: unknown, place: Place): ParsedDocument {
  const root: unknown = 'contents' in document ? document.contents : undefined;
  const anchors = 'contents' in document ? document : undefined;
  return {
    value,
    locate: (path, part = 'value') => positionAt(findOffset(root, path, { document: anchors, part }), place),
    sourceOf: (path) => {
      const node = path.reduce<unknown>((at, step) => childOf(at, step, anchors)?.value, root);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

type Find = { readonly document: Document.Parsed | undefined; readonly part: 'name' | 'value' };

function findOffset(root: unknown, path: Path, { document, part }: Find): number {
  let at = root;
  let offset = offsetOf(root) ?? 0;
  for (const [index, step] of path.entries()) {
    const child = childOf(at, step, document);
    if (child === undefined) return offset;
    const wantsValue = part === 'value' && index === path.length - 1;
    const place =
      wantsValue && isScalar(child.value) && child.value.value !== null ? child.value : (child.key ?? child.value);
    offset = offsetOf(place) ?? offset;
    at = child.value;
  }
  return offset;
}

function childOf(
  node: unknown,
  step: string | number,
  document?: Document.Parsed,
): { key?: unknown; value: unknown } | undefined {
  const target: unknown = isAlias(node) && document ? node.resolve(document) : node;
  if (isSeq(target))
    return typeof step === 'number' && step < target.items.length ? { value: target.items[step] } : undefined;
  if (!isMap(target)) return undefined;
  const pair: Pair | undefined = target.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair && { key: pair.key, value: pair.value };
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function positionAt(offset: number, { file, lines }: Place): Position {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
