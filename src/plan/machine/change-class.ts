import { isSize, parseSizeBytes } from '#api/quantity.ts';

/** How much a change disturbs: nothing, a restart, or the whole disk. */
export type ChangeClass = 'live' | 'restart' | 'recreate';

/** One key of an instance that is to change, by its path: a configuration key, or `devices.NAME.KEY`. */
export type Change = {
  readonly field: string;
  readonly wanted: string | undefined;
  readonly actual: string | undefined;
};

type Rule = { readonly pattern: RegExp; readonly sort: ChangeClass | ((change: Change) => ChangeClass) };

/** What can not be changed in a disk that is there. */
const ANY: readonly Rule[] = [
  { pattern: /^image$/, sort: 'recreate' },
  // A server keeps the edit, but the guest reads it at its first boot only.
  { pattern: /^cloud-init\./, sort: 'recreate' },
  { pattern: /^devices\.root\.(pool|path|type)$/, sort: 'recreate' },
  { pattern: /^(user|environment|snapshots)\./, sort: 'live' },
  { pattern: /^(boot\.|security\.protection\.)/, sort: 'live' },
];

/** Incus changes the rest of a running container at once, except what its next start reads. */
const CONTAINER: readonly Rule[] = [
  { pattern: /^(security\.(nesting|privileged|idmap|syscalls)|raw\.|linux\.)/, sort: 'restart' },
  { pattern: /./, sort: 'live' },
];

/** A running virtual machine takes few changes; Incus 6.0 refuses the others with "cannot be updated when VM is running". */
const MACHINE: readonly Rule[] = [
  // Memory shrinks by balloon, and grows past its size at boot only with a new boot.
  { pattern: /^limits\.memory$/, sort: (change) => (shrinks(change) ? 'live' : 'restart') },
  {
    pattern: /^limits\.cpu$/,
    sort: ({ wanted = '', actual = '' }) => (isPinned(wanted) || isPinned(actual) ? 'restart' : 'live'),
  },
  // A block volume only grows, and one in use does so at the next start.
  { pattern: /^devices\.root\.size$/, sort: (change) => (shrinks(change) ? 'recreate' : 'restart') },
  { pattern: /^devices\./, sort: 'live' },
  { pattern: /./, sort: 'restart' },
];

/** How much a change of this key disturbs an instance of this type. Source: Incus 6.0, instances and their live keys. */
export function changeClass(type: string, change: Change): ChangeClass {
  const rules = [...ANY, ...(type === 'container' ? CONTAINER : MACHINE)];
  const sort = rules.find(({ pattern }) => pattern.test(change.field))?.sort ?? 'restart';
  return typeof sort === 'function' ? sort(change) : sort;
}

function shrinks({ wanted, actual }: Change): boolean {
  if (wanted === undefined || actual === undefined || !isSize(wanted) || !isSize(actual)) return false;
  return parseSizeBytes(wanted) < parseSizeBytes(actual);
}

function isPinned(cpus: string): boolean {
  return /[,-]/.test(cpus);
}
