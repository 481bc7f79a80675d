import { IMAGES, startIncusd, whyNoIncusd, type Incusd } from '../incusd/incusd.ts';
import type { Check } from './summary.ts';

const PROJECT = 'demo';

/** The Incus side of the demo: a throwaway daemon, what the manifest needs to know of it, and what became of the instance. */
export type Machine = {
  readonly values: Readonly<Record<string, string>>;
  check(): Promise<Check>;
};

/** Why the machine can not be shown here, with what to do; undefined when it can. */
export function whyNoMachine(): string | undefined {
  return whyNoIncusd();
}

/** Starts the daemon inside the folder, which ends with it. */
export async function startMachine(folder: string): Promise<Machine> {
  const daemon = await startIncusd({ parent: folder, prefix: 'vm-', project: PROJECT, memoryCap: '1GiB' });
  const { url, clientCertFile, clientKeyFile, fingerprint } = daemon;
  return {
    values: { URL: url, CERT: clientCertFile, KEY: clientKeyFile, FINGERPRINT: fingerprint, IMAGE: IMAGES.polite },
    check: () => checkMachine(daemon),
  };
}

// Asks the daemon itself, not ccci.
async function checkMachine({ admin }: Incusd): Promise<Check> {
  const path = `/1.0/instances?recursion=1&project=${PROJECT}`;
  const instances = (await admin.ask({ method: 'GET', path })) as readonly { name: string; status: string }[];
  const isRunning = instances.some(({ name, status }) => name === 'demo-machine' && status === 'Running');
  return { promise: 'the machine was made and runs', kept: isRunning };
}
