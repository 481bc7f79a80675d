import { readFile } from 'node:fs/promises';

import { ABSENT, known, unknown } from '#api/fact.ts';

import type { BootReader } from './boot.ts';

/** This host, by /proc; `folder` is another one for tests. */
export function createBootReader(folder = '/proc'): BootReader {
  return {
    async read() {
      try {
        const id = (await readFile(`${folder}/sys/kernel/random/boot_id`, 'utf8')).trim();
        const uptimeMs = Number.parseFloat(await readFile(`${folder}/uptime`, 'utf8')) * 1000;
        if (/^[0-9a-f-]{8,64}$/.test(id) && Number.isFinite(uptimeMs)) return known({ id, uptimeMs });
        return unknown('FileUnreadable', `the boot of this host could not be told: "${folder}" says "${id}"`);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ABSENT;
        return unknown('FileUnreadable', `the boot of this host could not be told: ${String(error)}`);
      }
    },
  };
}
