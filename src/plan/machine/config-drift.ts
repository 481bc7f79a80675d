import { isSize, parseSizeBytes } from '#api/quantity.ts';

import type { MachineCase } from './machine-case.ts';

/** Keys in which the instance differs from its manifest. Only the manifest's own keys count; sizes are compared in bytes. */
export function configDrift(at: Pick<MachineCase, 'machine' | 'seen'>): readonly string[] {
  const instance = at.seen.instance.state === 'known' ? at.seen.instance.value : undefined;
  if (instance === undefined) return [];
  const { config, devices } = at.machine.spec;
  const keys = Object.keys(config).filter((key) => !isSame(config[key], instance.config[key]));
  const parts = Object.entries(devices).flatMap(([device, wanted]) =>
    Object.keys(wanted)
      .filter((key) => !isSame(wanted[key], instance.devices[device]?.[key]))
      .map((key) => `devices.${device}.${key}`),
  );
  return [...keys, ...parts].toSorted();
}

function isSame(wanted: string | undefined, actual: string | undefined): boolean {
  if (wanted === actual || wanted === undefined || actual === undefined) return wanted === actual;
  return isSize(wanted) && isSize(actual) && parseSizeBytes(wanted) === parseSizeBytes(actual);
}
