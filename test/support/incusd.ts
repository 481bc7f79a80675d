import { existsSync } from 'node:fs';
import { startIncusd, sweepIncusd, whyNoIncusd } from '../../demo/incusd/incusd.ts';
import type { Incusd } from '../../demo/incusd/incusd.ts';

const PREFIX = 'ccci-test-';
/** Short, because a unix socket path holds about 107 bytes. */
const PARENT = existsSync('/run') ? '/run' : '/tmp';

/** Why tests on a real daemon can not run on this machine, for `skip`; false when they can. */
export const skipIncusd: string | false = whyNoIncusd() ?? false;

/** A private daemon for one test file; daemons that killed test runs left behind are ended first. */
export async function startTestIncusd(project = 'terraform-ci'): Promise<Incusd> {
  await sweepIncusd(PARENT, PREFIX);
  return await startIncusd({ parent: PARENT, prefix: PREFIX, project, memoryCap: '1GiB' });
}
