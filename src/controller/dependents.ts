import type { AnyObject } from '#api/kinds.ts';
import { keyOf, type ObjectSet } from '#observe/object-set.ts';

/** Keys that may have something to do when this object or its status changed. */
export function dependentsOf(key: string, objects: ObjectSet): readonly string[] {
  const object = objects.byKey(key);
  const all = objects.every();
  return all.filter((other) => keyOf(other) !== key && dependsOn(other, key, object)).map(keyOf);
}

function dependsOn(other: AnyObject, key: string, object: AnyObject | undefined): boolean {
  const [kind, name] = key.split('/');
  switch (other.kind) {
    case 'Agent':
      return agentDependsOn(other, { kind, name, key }, object);
    case 'Gate':
      return (
        (kind === 'Repository' && other.spec.repositoryRef.name === name) ||
        (kind === 'Sequence' && other.spec.sequence === name) ||
        (kind === 'Delivery' && object?.kind === 'Delivery' && object.spec.cause.gate === other.metadata.name)
      );
    case 'Phase':
      return (
        (kind === 'Repository' && other.spec.repositoryRef.name === name) ||
        (kind === 'Sequence' && other.spec.sequence === name) ||
        (kind === 'Gate' && other.spec.requiredGates.includes(name ?? ''))
      );
    case 'Sequence':
      return object?.kind === 'Phase' && object.spec.sequence === other.metadata.name;
    default:
      return false;
  }
}

type AgentObject = Extract<AnyObject, { kind: 'Agent' }>;

function agentDependsOn(
  agent: AgentObject,
  at: { kind: string | undefined; name: string | undefined; key: string },
  object: AnyObject | undefined,
): boolean {
  const { spec, metadata } = agent;
  if (at.kind === 'Rig') return true;
  if (at.kind === 'Sequence') return spec.sequence === at.name;
  if (at.kind === 'Repository') return spec.repositoryRef?.name === at.name;
  if (object?.kind === 'Delivery') return object.spec.agentRef.name === metadata.name;
  return spec.dependsOn.some(({ kind, name }) => `${kind}/${name}` === at.key);
}
