import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';

/** Deepest nesting of lists and maps in a document. */
export const DEPTH_LIMIT = 64;

/** Most values of a document, each use of an alias counted in full. */
export const VALUE_LIMIT = 100_000;

/** One step is a field or an index. */
export type Path = readonly (string | number)[];

/** Something in a YAML document that no manifest may have. */
export type NodeMistake = {
  readonly node: unknown;
  readonly path: Path;
  readonly rule: string;
  readonly suggestion?: string | undefined;
};

/** The plain value of a YAML document's root, and all that is wrong with it; undefined when it grew past a limit. */
export function readYamlValue(root: unknown): { readonly value: unknown; readonly mistakes: readonly NodeMistake[] } {
  const reader = new YamlValueReader();
  try {
    return { value: reader.read(root, []), mistakes: reader.mistakes };
  } catch (error) {
    if (error instanceof LimitReached) return { value: undefined, mistakes: [...reader.mistakes, error.mistake] };
    throw error;
  }
}

class LimitReached extends Error {
  readonly mistake: NodeMistake;
  constructor(mistake: NodeMistake) {
    super(mistake.rule);
    this.mistake = mistake;
  }
}

type Anchored = { readonly value: unknown; readonly size: number; readonly depth: number } | 'open';
type Collection = Scalar | YAMLMap | YAMLSeq;

/** Counts the values and remembers anchors on its way through one document. */
class YamlValueReader {
  readonly mistakes: NodeMistake[] = [];
  readonly #anchors = new Map<string, Anchored>();
  #size = 0;
  #deepest = 0;

  read(node: unknown, path: Path): unknown {
    this.#grow({ node, path }, 1);
    this.#reach({ node, path }, path.length);
    if (isAlias(node)) return this.#alias(node, path);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
    this.#checkTag(node, path);
    if (node.anchor === undefined) return this.#content(node, path);
    this.#anchors.set(node.anchor, 'open');
    const [size, deepest] = [this.#size, this.#deepest];
    this.#deepest = path.length;
    const value = this.#content(node, path);
    this.#anchors.set(node.anchor, { value, size: this.#size - size + 1, depth: this.#deepest - path.length });
    this.#deepest = Math.max(deepest, this.#deepest);
    return value;
  }

  #content(node: Collection, path: Path): unknown {
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index]));
    if (typeof node.value === 'number' && !Number.isFinite(node.value))
      this.#refuse(node, path, 'must be a finite number');
    return node.value ?? null;
  }

  #map(map: YAMLMap, path: Path): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const pair of map.items) {
      const key = this.#key(pair, path);
      if (key === undefined) continue;
      const inner = [...path, key];
      if (Object.hasOwn(value, key)) this.#refuse(pair.key, inner, `must be there once, but "${key}" is there again`);
      else value[key] = this.read(pair.value, inner);
    }
    return value;
  }

  /** The name of a field; undefined, and a mistake, when it is none that a field can have. */
  #key(pair: Pair, path: Path): string | undefined {
    const { key } = pair;
    if (!isScalar(key) || key.value === null) {
      this.#refuse(key ?? pair.value, path, 'must have a name before each ":", not a list, a map, an alias or nothing');
      return undefined;
    }
    const name = String(key.value);
    const inner = [...path, name];
    if (name === '__proto__') return this.#refuse(key, inner, 'must not be named "__proto__"');
    if (name !== '<<' || key.type !== 'PLAIN') return name;
    return this.#refuse(
      key,
      inner,
      'must not be used: YAML 1.2 has no merge keys',
      'repeat the fields, or use an alias for a whole value',
    );
  }

  #alias(node: Alias, path: Path): unknown {
    const target = this.#anchors.get(node.source);
    if (target === undefined || target === 'open') {
      const why =
        target === 'open' ? 'stands inside of what it names' : 'names an anchor that does not stand before it';
      return this.#refuse(node, path, `must be an alias of an earlier value, but "*${node.source}" ${why}`);
    }
    this.#grow({ node, path }, target.size);
    this.#reach({ node, path }, path.length + target.depth);
    return target.value;
  }

  #checkTag(node: Collection, path: Path): void {
    const { tag } = node;
    if (tag === undefined || /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(tag)) return;
    this.#refuse(node, path, `must not have the tag "${tag}"`, 'remove it: manifests need no tags');
  }

  #grow(at: { node: unknown; path: Path }, count: number): void {
    this.#size += count;
    if (this.#size <= VALUE_LIMIT) return;
    throw new LimitReached({
      ...at,
      rule: `must have at most ${VALUE_LIMIT} values, each use of an alias counted in full`,
    });
  }

  #reach(at: { node: unknown; path: Path }, depth: number): void {
    this.#deepest = Math.max(this.#deepest, depth);
    if (depth > DEPTH_LIMIT)
      throw new LimitReached({ ...at, path: [], rule: `must not be nested deeper than ${DEPTH_LIMIT} levels` });
  }

  #refuse(
    ...[node, path, rule, suggestion]: [node: unknown, path: Path, rule: string, suggestion?: string]
  ): undefined {
    this.mistakes.push({ node, path, rule, suggestion });
    return undefined;
  }
}
