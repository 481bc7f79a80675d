import type { PhaseObject } from '#api/phase.ts';
import type { PhaseEntry, SequenceStatus } from '#api/sequence.ts';

type Remembered = Partial<Pick<SequenceStatus, 'phases' | 'formerPhases'>>;

/**
 * What a sequence remembers, by the names that its phases have now. A phase is known by its name; one whose name is new
 * takes over what is remembered under its id, when nobody has that name any more: it was renamed.
 */
export function rememberedEntries(
  { phases = [], formerPhases = [] }: Remembered,
  declared: readonly Pick<PhaseObject, 'metadata' | 'spec'>[],
): ReadonlyMap<string, PhaseEntry> {
  const entries = new Map([...formerPhases, ...phases].map((entry) => [entry.name, entry]));
  const names = new Set(declared.map(({ metadata }) => metadata.name));
  for (const { metadata, spec } of declared) {
    if (entries.has(metadata.name)) continue;
    const old = [...entries.values()].findLast(({ name, id }) => id === spec.id && !names.has(name));
    if (old === undefined) continue;
    entries.delete(old.name);
    entries.set(metadata.name, { ...old, name: metadata.name });
  }
  return entries;
}
