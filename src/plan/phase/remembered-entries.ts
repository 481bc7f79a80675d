import type { PhaseObject } from '#api/phase.ts';
import type { PhaseEntry, SequenceStatus } from '#api/sequence.ts';

type Remembered = Partial<Pick<SequenceStatus, 'phases' | 'formerPhases'>>;

/**
 * What a sequence remembers, by the names that its phases have now. A phase is known by its name; one whose name is new
 * takes over what is remembered under its id: it was renamed. While an apply stores the new name and has not yet pruned
 * the old one, both are there with that one id, and both are that phase.
 */
export function rememberedEntries(
  { phases = [], formerPhases = [] }: Remembered,
  declared: readonly Pick<PhaseObject, 'metadata' | 'spec'>[],
): ReadonlyMap<string, PhaseEntry> {
  const entries = new Map([...formerPhases, ...phases].map((entry) => [entry.name, entry]));
  const ids = new Map(declared.map(({ metadata, spec }) => [metadata.name, spec.id]));
  for (const { metadata, spec } of declared) {
    if (entries.has(metadata.name)) continue;
    const isFree = ({ name, id }: PhaseEntry) => id === spec.id && (ids.get(name) ?? spec.id) === spec.id;
    const old = [...entries.values()].findLast(isFree);
    if (old === undefined) continue;
    if (!ids.has(old.name)) entries.delete(old.name);
    entries.set(metadata.name, { ...old, name: metadata.name });
  }
  return entries;
}
