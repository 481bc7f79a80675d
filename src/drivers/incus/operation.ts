import type { Fields } from './answer.ts';
import { fieldsOf, listOf, textOf } from './answer.ts';
import { refusalReason } from './failure.ts';
import type { OperationView } from './incus.ts';

/** Operations that name an instance without holding it. */
const HARMLESS = /^(Executing command|Showing console)/;
/** Operations that a forced power change may overtake. */
const POWER = /^(Starting|Stopping|Restarting|Freezing|Unfreezing) (instance|container)/;

/** Whether a running operation of this description stands in the way of a power change. */
export function isBlocking(description: string, force: boolean): boolean {
  if (HARMLESS.test(description)) return false;
  return !(force && POWER.test(description));
}

/** Whether an operation, when it ends, may have changed the instances that it names. */
export function isChanging(description: string): boolean {
  return !HARMLESS.test(description);
}

/** Reads one operation. Unended ones are Running, a cancelled one is a Failure. */
export function operationView(metadata: Fields): OperationView {
  const status = textOf(metadata.status);
  if (status === 'Success') return { status: 'Success' };
  if (status !== 'Failure' && status !== 'Cancelled') return { status: 'Running' };
  const error = textOf(metadata.err) || status;
  return { status: 'Failure', error, reason: refusalReason(0, error) };
}

/** Whether the operation has ended, in whatever way. */
export function isEnded(metadata: Fields): boolean {
  return operationView(metadata).status !== 'Running';
}

/** The names of the instances that an operation concerns (LXD lists some as containers). */
export function instancesOf(metadata: Fields): readonly string[] {
  const resources = fieldsOf(metadata.resources);
  const urls = [...listOf(resources.instances), ...listOf(resources.containers)];
  return urls.map((url) => instanceOfUrl(textOf(url))).filter((name) => name !== '');
}

/** The instance in a URL such as `/1.0/instances/NAME?project=P`, or ''. */
export function instanceOfUrl(url: string): string {
  const found = /^\/1\.0\/(?:instances|containers|virtual-machines)\/([^/?]+)/.exec(url);
  return found?.[1] === undefined ? '' : decodeURIComponent(found[1]);
}
