import { cloudInitFiles, isSecretKey, renderCloudInit } from '#api/cloud-init-texts.ts';
import { known, type Fact } from '#api/fact.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import { readSecretFile } from '#drivers/files/read-secret-file.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';

import type { VirtualMachineObservation } from './observation.ts';
import type { Readers } from './readers.ts';

type FirstBoot = Pick<VirtualMachineObservation, 'cloudInit' | 'cloudInitProblems'>;

/** Digests of the texts that would be sent now. The texts, which may hold secrets, go no further than this function. */
export function observeFirstBoot({ spec }: VirtualMachineObject, readers: Readers): FirstBoot {
  const problems: string[] = [];
  const read = (file: string, isSecret: boolean): string => {
    const fact = isSecret ? readSecretFile(file) : readSecretFile(file, 0);
    if (fact.state === 'known') return fact.value.text;
    problems.push(fact.state === 'unknown' ? fact.message : `there is no file "${file}"`);
    return '';
  };
  const secrets = Object.fromEntries(
    (spec.cloudInit?.secrets ?? []).map(({ name, valueFrom }) => [name, read(valueFrom.file, true).trimEnd()]),
  );
  const digests = cloudInitFiles(spec.cloudInit).map(({ key, file }) => {
    const rendered = renderCloudInit(read(file, false), secrets);
    if ('mistake' in rendered) problems.push(`${file}: ${rendered.mistake}`);
    return [key, 'text' in rendered ? secretDigest(readers, rendered.text) : ''] as const;
  });
  // While something can not be read, what would be sent is not known: nothing is compared.
  return { cloudInit: problems.length > 0 ? {} : Object.fromEntries(digests), cloudInitProblems: problems };
}

/** The instance with digests in place of values that may be secret. */
export function withoutSecrets(instance: Fact<InstanceView>, readers: Readers): Fact<InstanceView> {
  if (instance.state !== 'known') return instance;
  const config = Object.entries(instance.value.config).map(
    ([key, value]) => [key, isSecretKey(key) ? secretDigest(readers, value) : value] as const,
  );
  return known({ ...instance.value, config: Object.fromEntries(config) });
}

function secretDigest(readers: Readers, text: string): string {
  return `*** (${readers.hash(text)})`;
}
