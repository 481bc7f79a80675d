import type { Kind } from '#api/kind.ts';
import type { AnyObject, ObjectByKind } from '#api/kinds.ts';

/** The objects of one moment, typed, for looking up what belongs to what. Immutable. */
export class ObjectSet {
  readonly #byKey: ReadonlyMap<string, AnyObject>;

  /** `Kind/name` of objects that are stored but can not be read: they exist, and what they say is unknown. */
  readonly unreadable: readonly string[];

  constructor(objects: Iterable<AnyObject>, unreadable: Iterable<string> = []) {
    this.unreadable = [...unreadable];
    this.#byKey = new Map([...objects].map((object) => [keyOf(object), object]));
  }

  /** The object of that kind and name, or undefined. */
  find<K extends Kind>(kind: K, name: string): ObjectByKind[K] | undefined {
    return this.#byKey.get(`${kind}/${name}`) as ObjectByKind[K] | undefined;
  }

  /** The object with that `Kind/name`, or undefined. */
  byKey(key: string): AnyObject | undefined {
    return this.#byKey.get(key);
  }

  /** All objects of a kind, in the order they were given. */
  all<K extends Kind>(kind: K): readonly ObjectByKind[K][] {
    return [...this.#byKey.values()].filter((object) => object.kind === kind) as ObjectByKind[K][];
  }

  /** Every object. */
  every(): readonly AnyObject[] {
    return [...this.#byKey.values()];
  }

  /** A set in which these objects replace or join the others. */
  with(objects: readonly AnyObject[]): ObjectSet {
    return new ObjectSet([...this.#byKey.values(), ...objects], this.unreadable);
  }
}

/** `Kind/name` of an object. */
export function keyOf(object: { readonly kind: string; readonly metadata: { readonly name: string } }): string {
  return `${object.kind}/${object.metadata.name}`;
}

/** The object with another status. */
export function withStatus(object: AnyObject, status: object): AnyObject {
  return Object.assign({}, object, { status });
}
