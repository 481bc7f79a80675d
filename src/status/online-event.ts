import type { AnyObject } from '#api/kinds.ts';
import { findCondition } from '#api/conditions.ts';
import { toIso } from '#api/time.ts';
import type { StoredEvent } from '#store/store.ts';

/** Reasons for which an agent that is not there is as somebody wants it. */
const AT_REST = ['Stopped', 'Suspended', 'SequenceComplete', 'NoPhases'];

/** Loops that should be up, by name, with whether they are. */
export function loopsOf(objects: readonly AnyObject[]): readonly { readonly name: string; readonly isUp: boolean }[] {
  return objects.flatMap((object) => {
    if (object.kind !== 'Agent' || object.spec.mode !== 'Loop') return [];
    const conditions = object.status?.conditions ?? [];
    if (AT_REST.includes(findCondition(conditions, 'Ready')?.reason ?? '')) return [];
    const isUp = findCondition(conditions, 'SessionRunning')?.status === 'True';
    return [{ name: object.metadata.name, isUp }];
  });
}

/** What the operator is told once per start of the controller: it is online, at which phase, with which loops, after how many reboots. */
export function onlineEvent(objects: readonly AnyObject[], at: { startedAtMs: number; pid: number }): StoredEvent {
  const loops = loopsOf(objects);
  const time = toIso(at.startedAtMs);
  return {
    id: `Rig/default/Online/${time}/${String(at.pid)}`,
    about: 'Rig/default',
    type: loops.every(({ isUp }) => isUp) ? 'Normal' : 'Warning',
    reason: 'Online',
    message: ['online', phaseWords(objects), loopWords(loops), rebootWords(objects)].join(', '),
    at: time,
    count: 1,
  };
}

function phaseWords(objects: readonly AnyObject[]): string {
  const ids = objects.flatMap((object) => (object.kind === 'Sequence' ? (object.status?.currentPhaseId ?? []) : []));
  return ids.length === 0 ? 'no phase is open' : `phase ${ids.join(' and ')}`;
}

function loopWords(loops: ReturnType<typeof loopsOf>): string {
  if (loops.length === 0) return 'no loop is to run';
  const named = (isUp: boolean) => loops.filter((loop) => loop.isUp === isUp).map(({ name }) => name);
  const [up, down] = [named(true), named(false)];
  if (down.length === 0) return `loops up: ${up.join(', ')}`;
  return `loops not up: ${down.join(', ')}${up.length === 0 ? '' : `; up: ${up.join(', ')}`}`;
}

function rebootWords(objects: readonly AnyObject[]): string {
  const rig = objects.find((object) => object.kind === 'Rig');
  const boots = rig?.kind === 'Rig' ? rig.status?.boots : undefined;
  const last = boots?.recent.at(-1)?.at;
  const count = boots?.count ?? 0;
  const when = last === undefined ? '' : ` (last: ${last.slice(0, 16).replace('T', ' ')} UTC)`;
  return `${String(count)} ${count === 1 ? 'reboot' : 'reboots'} logged${when}`;
}
