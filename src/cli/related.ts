import type { JsonObject, StoredObject } from '#store/store.ts';

/** Another object that has to do with one, and how. */
export type Related = { readonly key: string; readonly how: string };

/** The objects that this one refers to, and those that refer to it. */
export function relatedKeys(object: StoredObject, all: readonly StoredObject[]): readonly Related[] {
  const own = keyOf(object);
  const outward = referencesOf(object);
  const inward = all.flatMap((other) =>
    referencesOf(other)
      .filter(({ key }) => key === own)
      .map(({ how }) => ({ key: keyOf(other), how: `is ${how} of` })),
  );
  return [...outward, ...inward];
}

function referencesOf({ kind, spec }: StoredObject): readonly Related[] {
  const named = (target: string, name: unknown, how: string): readonly Related[] =>
    typeof name === 'string' ? [{ key: `${target}/${name}`, how }] : [];
  const sequence =
    kind === 'Agent'
      ? spec['sequence']
      : kind === 'Phase' || kind === 'Gate'
        ? (spec['sequence'] ?? 'main')
        : undefined;
  return [
    ...named('Repository', refName(spec['repositoryRef']), 'repository'),
    ...named('Agent', refName(spec['agentRef']), 'agent'),
    ...named('Agent', spec['claimant'], 'claimant'),
    ...named('Agent', spec['verifier'], 'verifier'),
    ...named('Sequence', sequence, 'sequence'),
    ...listOf(spec['requiredGates']).flatMap((gate) => named('Gate', gate, 'required gate')),
    ...listOf(spec['dependsOn']).flatMap((item) => {
      const { kind: target, name } = (typeof item === 'object' && item !== null ? item : {}) as JsonObject;
      return typeof target === 'string' ? named(target, name, 'dependency') : [];
    }),
  ];
}

function refName(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function keyOf({ kind, metadata }: StoredObject): string {
  return `${kind}/${metadata.name}`;
}
