import { isPlain } from './is-plain.ts';

/** A use of something that a later version brings. `path` begins with spec. */
export type SupportFinding = { readonly path: readonly string[]; readonly message: string };

/** A field that this version refuses: what it will do, and what to do now. */
export type LaterField = {
  readonly will: string;
  readonly now: string;
};

const NOT_YET = 'not supported in this version';

/** Fields that are refused when they are set, by kind and dotted path below spec: nothing that guards is accepted and inert. */
export const LATER_FIELDS: Readonly<Record<string, Readonly<Record<string, LaterField>>>> = {
  Agent: {
    may: { will: 'let the agent order what the list names', now: 'leave it out: an agent may order nothing' },
    runAs: { will: 'run the session as another Unix user', now: "leave it out: it runs as the controller's user" },
    resources: { will: 'limit the memory of the session', now: 'limit the service or the user instead' },
  },
};

/** Findings for fields that are set and refused in this version. Takes the spec as it was written, without defaults. */
export function checkSupported({
  kind,
  spec,
}: {
  readonly kind: string;
  readonly spec: unknown;
}): readonly SupportFinding[] {
  const fields = Object.entries(LATER_FIELDS[kind] ?? {});
  return fields
    .filter(([path]) => isUsed(valueAt(spec, path.split('.'))))
    .map(([path, field]) => ({ path: ['spec', ...path.split('.')], message: renderLaterField(field) }));
}

/** The sentence that tells why a field is refused. */
export function renderLaterField({ will, now }: LaterField): string {
  return `${NOT_YET}: it will ${will}; for now ${now}`;
}

function isUsed(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (isPlain(at) && Object.hasOwn(at, step) ? at[step] : undefined), value);
}
