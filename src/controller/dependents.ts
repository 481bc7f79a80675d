import type { AnyObject } from '#api/kinds.ts';
import { keyOf, type ObjectSet } from '#observe/object-set.ts';

/** Keys that may have something to do when this object or its status changed. */
export function dependentsOf(key: string, objects: ObjectSet): readonly string[] {
  const changed = { key, object: objects.byKey(key) };
  return objects
    .every()
    .filter((other) => keyOf(other) !== key && namesIt(other, changed))
    .map(keyOf);
}

type Changed = { readonly key: string; readonly object: AnyObject | undefined };

// An object that is gone is still named by those that depend on it.
function namesIt(other: AnyObject, changed: Changed): boolean {
  return (
    dependencies(other).includes(changed.key) ||
    isNamedBy(changed.object, other) ||
    isRigOf(changed, other) ||
    isTold(changed, other)
  );
}

/** Keys that an object names in its spec. */
function dependencies(object: AnyObject): readonly string[] {
  if (object.kind === 'Gate') {
    const { repositoryRef, sequence, claimant, verifier } = object.spec;
    return [`Repository/${repositoryRef.name}`, `Sequence/${sequence}`, `Agent/${claimant}`, `Agent/${verifier}`];
  }
  if (object.kind === 'Phase') {
    const { repositoryRef, sequence, requiredGates } = object.spec;
    return [`Repository/${repositoryRef.name}`, `Sequence/${sequence}`, ...requiredGates.map((name) => `Gate/${name}`)];
  }
  if (object.kind !== 'Agent') return [];
  const { sequence, dependsOn } = object.spec;
  // A repository matters to an agent for its clone, before it runs, and for its inbox.
  const isWaitedFor = object.status?.session === undefined || object.spec.inbox !== undefined;
  const repositoryRef = isWaitedFor ? object.spec.repositoryRef : undefined;
  const own = [
    repositoryRef === undefined ? [] : [`Repository/${repositoryRef.name}`],
    sequence === undefined ? [] : [`Sequence/${sequence}`],
    [`Account/${object.spec.backend.account}`],
  ];
  return [...own.flat(), ...dependsOn.map(({ kind, name }) => `${kind}/${name}`)];
}

function isNamedBy(object: AnyObject | undefined, other: AnyObject): boolean {
  if (object?.kind === 'Agent') return keyOf(other) === `Account/${object.spec.backend.account}`;
  if (object?.kind === 'Phase') return other.kind === 'Sequence' && object.spec.sequence === other.metadata.name;
  if (object?.kind !== 'Delivery') return false;
  const { agentRef, cause } = object.spec;
  return keyOf(other) === `Agent/${agentRef.name}` || keyOf(other) === `Gate/${cause.gate ?? ''}`;
}

// What changed may have been an event, and may end an incident.
function isTold({ key }: Changed, other: AnyObject): boolean {
  return other.kind === 'Notifier' && !/^(?:Notifier|Delivery)\//.test(key);
}

function isRigOf(changed: Changed, other: AnyObject): boolean {
  return changed.key === 'Rig/default' && other.kind === 'Agent';
}
