import { resolve } from 'node:path';
import { isPlain } from '#api/is-plain.ts';
import { didYouMean } from '#api/suggest.ts';
import type { KnownObject, LoadedObject } from './loaded-object.ts';
import { nameOf } from './loaded-object.ts';
import type { Mistake } from './mistake.ts';
import { renderPath, renderPosition } from './mistake.ts';
import type { Path } from './yaml-value.ts';

/** What a set of objects is checked with. */
export type CheckSet = {
  readonly objects: readonly LoadedObject[];
  /** Objects that are stored and not in the set. */
  readonly stored: readonly KnownObject[];
  /** Objects that are in the files but have mistakes of their own: a reference to one is not dangling. */
  readonly broken: readonly { readonly kind: string; readonly name: string }[];
  /** False when something could not be parsed: it may hold what a reference names, so references are left for the next time. */
  readonly complete: boolean;
};

type Member = KnownObject & { readonly loaded?: LoadedObject };

/** Every mistake that only shows when the objects are seen together: doubles, dangling references, things that only one may have. */
export function checkSet(set: CheckSet): readonly Mistake[] {
  const members = [...set.objects.map(memberOf), ...set.stored];
  const named = new Set([...members, ...set.broken].map(({ kind, name }) => `${kind}/${name}`));
  return [
    ...checkDoubles(members),
    ...(set.complete ? set.objects.flatMap((loaded) => checkReferences(memberOf(loaded), named)) : []),
    ...UNIQUE.flatMap((rule) => checkUnique(rule, members)),
  ];
}

type Reference = readonly [path: Path, kind: string, name: unknown];

function checkReferences(member: Member, named: ReadonlySet<string>): Mistake[] {
  return listReferences(member)
    .filter(([, kind, name]) => typeof name === 'string' && !named.has(`${kind}/${name}`))
    .map(([path, kind, name]) => {
      const known = [...named].filter((key) => key.startsWith(`${kind}/`)).map((key) => key.slice(kind.length + 1));
      const suggestion =
        didYouMean(String(name), known) ?? (known.length === 0 ? undefined : `there are ${known.sort().join(', ')}`);
      return mistakeOf(member, path, {
        rule: `must name ${article(kind)} ${kind} that is declared; there is no "${String(name)}"`,
        suggestion,
      });
    });
}

function listReferences({ kind, spec }: Member): readonly Reference[] {
  const repository: Reference = [['spec', 'repositoryRef', 'name'], 'Repository', nameIn(spec.repositoryRef)];
  switch (kind) {
    case 'Agent':
      return [repository, ...listOf(spec.dependsOn).map(dependency)];
    case 'Phase':
      return [
        repository,
        ...listOf(spec.requiredGates).map((gate, index): Reference => [['spec', 'requiredGates', index], 'Gate', gate]),
      ];
    case 'Gate':
      return [
        repository,
        [['spec', 'claimant'], 'Agent', spec.claimant],
        [['spec', 'verifier'], 'Agent', spec.verifier],
      ];
    case 'AgentRun':
      return [[['spec', 'agentRef', 'name'], 'Agent', nameIn(spec.agentRef)]];
    default:
      return [];
  }
}

function dependency(item: unknown, index: number): Reference {
  const kind = isPlain(item) ? String(item.kind) : '';
  return [['spec', 'dependsOn', index, 'name'], kind, nameIn(item)];
}

/** Something that only one object of a kind may have: `holds` answers it as text, undefined when the object has none. */
type UniqueRule = {
  readonly kind: string;
  readonly path: Path;
  readonly holds: (member: Member) => string | undefined;
  readonly describe: (other: string) => string;
  readonly excused?: (a: Member, b: Member) => boolean;
};

const UNIQUE: readonly UniqueRule[] = [
  {
    kind: 'Agent',
    path: ['spec', 'session'],
    holds: ({ spec, name }) => String(spec.session ?? name),
    describe: (other) => `must be a session that no other agent has; ${other} has it, too`,
  },
  {
    kind: 'Agent',
    path: ['spec', 'workdir'],
    holds: ({ spec }) => resolve(String(spec.workdir)),
    describe: (other) =>
      `must be a folder of its own: ${other} has it, too, and two agents may share one only if neither has a repositoryRef`,
    excused: (a, b) => a.spec.repositoryRef === undefined && b.spec.repositoryRef === undefined,
  },
  {
    kind: 'Phase',
    path: ['spec', 'order'],
    holds: ({ spec }) => `${sequenceOf(spec)} ${String(spec.order)}`,
    describe: (other) => `must be unique in its sequence; ${other} has the same`,
  },
  {
    kind: 'Phase',
    path: ['spec', 'id'],
    holds: ({ spec, name }) => `${sequenceOf(spec)} ${String(spec.id ?? name)}`,
    describe: (other) => `must be unique in its sequence; ${other} has the same (an id that is not set is the name)`,
  },
];

function checkUnique(rule: UniqueRule, members: readonly Member[]): Mistake[] {
  const groups = Map.groupBy(
    members.filter(({ kind }) => kind === rule.kind),
    rule.holds,
  );
  return [...groups.values()].flatMap((group) =>
    group.flatMap((member, index) => {
      if (member.loaded === undefined) return [];
      const others = group.filter((other, place) => (place < index || !other.loaded) && !isSame(other, member));
      const other = others.find((candidate) => !rule.excused?.(candidate, member));
      return other === undefined
        ? []
        : [mistakeOf(member, rule.path, { rule: rule.describe(describeMember(other, rule.path)) })];
    }),
  );
}

function checkDoubles(members: readonly Member[]): Mistake[] {
  const groups = Map.groupBy(members, ({ kind, name }) => `${kind}/${name}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    others
      .filter(({ loaded }) => loaded)
      .map((other) => {
        const where = first ? renderPosition(first.loaded?.position ?? { file: 'the store' }) : '';
        return mistakeOf(other, ['metadata', 'name'], {
          rule: `must be declared once; ${nameOf(other)} is also at ${where}`,
        });
      }),
  );
}

function memberOf(loaded: LoadedObject): Member {
  const { kind, metadata, spec } = loaded.object;
  return { kind, name: metadata.name, spec, loaded };
}

function isSame(a: Member, b: Member): boolean {
  return a.kind === b.kind && a.name === b.name;
}

function describeMember(member: Member, path: Path): string {
  const where = member.loaded ? renderPosition(member.loaded.locate(path)) : 'stored';
  return `${nameOf(member)} (${where})`;
}

function mistakeOf(member: Member, path: Path, what: { rule: string; suggestion?: string | undefined }): Mistake {
  const position = member.loaded?.locate(path) ?? { file: 'the store' };
  return { ...position, object: nameOf(member), path: renderPath(path), ...what };
}

function sequenceOf(spec: Readonly<Record<string, unknown>>): string {
  return String(spec.sequence ?? 'main');
}

function nameIn(value: unknown): unknown {
  return isPlain(value) ? value.name : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function article(kind: string): string {
  return /^[AEIOU]/.test(kind) ? 'an' : 'a';
}
