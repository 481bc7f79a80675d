/** The two halves of a key `Kind/name`. */
export type KeyParts = { readonly kind: string; readonly name: string };

/** A key that can not name an object. Such a key never reaches the disk, so no path can leave the state directory. */
export class InvalidKeyError extends Error {
  constructor(key: string) {
    super(
      `"${key}" is not an object's key; it must be Kind/name, the kind in CamelCase, the name in lower-case letters, digits, "-" and "."`,
    );
    this.name = 'InvalidKeyError';
  }
}

const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,198}[a-z0-9])?$/;

/** True for a kind that may become a folder's name. */
export function isKind(text: string): boolean {
  return KIND.test(text);
}

/** True for an object's name that may become a folder's name. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** `Kind/name` of two valid halves. Throws InvalidKeyError. */
export function formatStoreKey(kind: string, name: string): string {
  const key = `${kind}/${name}`;
  if (!isKind(kind) || !isName(name)) throw new InvalidKeyError(key);
  return key;
}

/** The halves of a key. Throws InvalidKeyError. */
export function parseStoreKey(key: string): KeyParts {
  const slash = key.indexOf('/');
  const [kind, name] = [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
  if (!isKind(kind) || !isName(name)) throw new InvalidKeyError(key);
  return { kind, name };
}

/** Order of `list`: by kind, then by name, by code unit so that every machine agrees. */
export function compareKeys(a: KeyParts, b: KeyParts): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
