import { isSize, parseSizeBytes } from '#api/quantity.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';

import { changeClass, type Change, type ChangeClass } from './change-class.ts';
import type { MachineCase } from './machine-case.ts';

/** One difference between instance and manifest, and what it takes to end it. */
export type Difference = Change & { readonly sort: ChangeClass };

type Sight = Pick<MachineCase, 'machine' | 'seen'>;

/**
 * Where the instance differs from its manifest, by field. Only keys count that the manifest names, or that ccci has set
 * and the manifest has dropped; sizes are compared in bytes. What differed when the instance was taken over, and has not
 * been changed in the manifest since, is left as it is.
 */
export function differences(at: Sight): readonly Difference[] {
  const adopted = at.machine.status?.adopted;
  const left = adopted !== undefined && adopted.generation === at.machine.metadata.generation ? adopted.fields : [];
  return allDifferences(at).filter(({ field }) => !left.includes(field));
}

/** As `differences`, with those that were there when the instance was taken over. */
export function allDifferences(at: Sight): readonly Difference[] {
  const { instance } = at.seen;
  if (instance.state !== 'known') return [];
  const changes = [...configChanges(at, instance.value), ...deviceChanges(at, instance.value), ...imageChanges(at)];
  return changes
    .map((change) => ({ ...change, sort: changeClass(instance.value.type, change) }))
    .toSorted((a, b) => (a.field < b.field ? -1 : 1));
}

/** Keys of the instance that nobody declared: shown, never taken away. */
export function foreignKeys(at: Sight): readonly string[] {
  const { instance } = at.seen;
  if (instance.state !== 'known') return [];
  const own = new Set([...Object.keys(at.machine.spec.config), ...(at.machine.status?.appliedKeys ?? [])]);
  const isComputed = (key: string) => /^(volatile|image|user\.ccci|cloud-init)\./.test(key);
  return Object.keys(instance.value.config)
    .filter((key) => !isComputed(key) && !own.has(key))
    .toSorted();
}

function configChanges({ machine, seen }: Sight, { config }: InstanceView): readonly Change[] {
  const wanted = { ...machine.spec.config, ...seen.cloudInit };
  const dropped = (machine.status?.appliedKeys ?? []).filter((key) => wanted[key] === undefined);
  return [...Object.keys(wanted), ...dropped]
    .map((key) => ({ field: key, wanted: wanted[key], actual: config[key] }))
    .filter(isDifferent);
}

function deviceChanges({ machine }: Sight, { devices }: InstanceView): readonly Change[] {
  return Object.entries(machine.spec.devices)
    .flatMap(([device, wanted]) =>
      Object.keys(wanted).map((key) => ({
        field: `devices.${device}.${key}`,
        wanted: wanted[key],
        actual: devices[device]?.[key],
      })),
    )
    .filter(isDifferent);
}

// An alias is moved to a new image without anybody touching the manifest.
function imageChanges({ machine, seen }: Sight): readonly Change[] {
  const { fingerprint } = machine.spec.image ?? {};
  const wanted = fingerprint ?? (seen.image.state === 'known' ? seen.image.value : machine.status?.imageTarget);
  const actual = seen.instance.state === 'known' ? seen.instance.value.config['volatile.base_image'] : undefined;
  if (wanted === undefined || actual === undefined || actual.startsWith(wanted)) return [];
  return [{ field: 'image', wanted: wanted.slice(0, 12), actual: actual.slice(0, 12) }];
}

function isDifferent({ wanted, actual }: Change): boolean {
  if (wanted === actual || wanted === undefined || actual === undefined) return wanted !== actual;
  return !(isSize(wanted) && isSize(actual) && parseSizeBytes(wanted) === parseSizeBytes(actual));
}
