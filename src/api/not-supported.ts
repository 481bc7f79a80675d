import { isPlain } from './is-plain.ts';

/** A use of something that a later version brings. `path` begins with spec. */
export type SupportFinding = { readonly path: readonly string[]; readonly message: string };

/** A field that this version refuses: what it will do, and what to do now. */
export type LaterField = {
  readonly will: string;
  readonly now: string;
  /** Only this value is refused. */
  readonly value?: string;
  /** This value says what this version does anyway, and is accepted. */
  readonly harmless?: boolean;
};

const NOT_YET = 'not supported in this version';

/** Fields that are refused when they are set, by kind and dotted path below spec: nothing that guards is accepted and inert. */
export const LATER_FIELDS: Readonly<Record<string, Readonly<Record<string, LaterField>>>> = {
  Agent: {
    may: { will: 'let the agent order what the list names', now: 'leave it out: an agent may order nothing' },
    runAs: { will: 'run the session as another Unix user', now: "leave it out: it runs as the controller's user" },
    resources: { will: 'limit the memory of the session', now: 'limit the service or the user instead' },
  },
  VirtualMachine: {
    memoryCap: {
      will: 'refuse steps that take more memory than the project may',
      now: 'set limits.memory on the Incus project',
    },
    beforeRecreate: {
      will: 'keep a backup before the disk is wiped',
      now: 'make one with the Incus client; nothing is recreated yet',
    },
    preconditions: { will: 'put files into the machine before anything uses it', now: 'put them into the image' },
    cloudInit: {
      will: 'hand over first-boot configuration',
      now: 'put it into the image, or into config without secrets',
    },
    'image.fingerprint': { will: 'create from exactly that image', now: 'give the image an alias and use that' },
    'repair.recreate.policy': {
      value: 'Automatic',
      will: 'recreate the machine by itself',
      now: 'use Approval or Never',
    },
    deletionPolicy: {
      value: 'Delete',
      will: 'delete the instance together with this object',
      now: 'use Orphan and delete it yourself',
    },
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
    .filter(([path, field]) => isUsed(valueAt(spec, path.split('.')), field))
    .map(([path, field]) => ({ path: ['spec', ...path.split('.')], message: renderLaterField(field) }));
}

/** The sentence that tells why a field is refused. */
export function renderLaterField({ value, will, now }: LaterField): string {
  return `${value === undefined ? '' : `${value} is `}${NOT_YET}: it will ${will}; for now ${now}`;
}

function isUsed(value: unknown, { value: refused, harmless }: LaterField): boolean {
  if (value === undefined || (harmless !== undefined && value === harmless)) return false;
  if (Array.isArray(value)) return value.length > 0;
  return refused === undefined || value === refused;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (isPlain(at) && Object.hasOwn(at, step) ? at[step] : undefined), value);
}
