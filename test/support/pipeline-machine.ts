import { get } from 'node:http';

import type { JsonObject } from '#store/store.ts';

import { IMAGES, type Incusd } from '../../demo/incusd/incusd.ts';
import type { TestManifest } from './pipeline.ts';

/** What the daemon itself says about an instance. `pid` is that of its first process, 0 when it does not run. */
export type MachineFacts = { readonly status: string; readonly uuid: string; readonly pid: number };

/** A small container on the daemon, as its manifest. */
export function machineManifest(incusd: Incusd, name: string, more: JsonObject = {}): TestManifest {
  const { url, clientCertFile: certFile, clientKeyFile: keyFile, project } = incusd;
  return {
    kind: 'VirtualMachine',
    name,
    spec: {
      server: { url, certFile, keyFile, fingerprint: `sha256:${incusd.fingerprint}` },
      project,
      type: 'container',
      image: { alias: IMAGES.polite },
      config: { 'limits.memory': '16MiB' },
      devices: { root: { type: 'disk', path: '/', pool: 'default' } },
      ...more,
    },
  };
}

/** Asks the daemon, as its administrator; undefined when there is no such instance. */
export async function machineFacts(incusd: Incusd, name: string): Promise<MachineFacts | undefined> {
  const query = `?project=${incusd.project}`;
  const all = await incusd.admin.ask({ method: 'GET', path: `/1.0/instances${query}&recursion=1` });
  const found = all.find((each: { name: string }) => each.name === name);
  if (found === undefined) return undefined;
  const state = await incusd.admin
    .ask({ method: 'GET', path: `/1.0/instances/${name}/state${query}` })
    .catch(() => ({ pid: 0 }));
  return { status: found.status, uuid: found.config['volatile.uuid'], pid: state.pid };
}

/** Changes the power of an instance as somebody else would. */
export async function powerByHand(incusd: Incusd, name: string, action: 'start' | 'stop' | 'freeze'): Promise<void> {
  const path = `/1.0/instances/${name}/state?project=${incusd.project}`;
  await incusd.admin.run({ method: 'PUT', path, body: { action, force: action === 'stop', timeout: 10 } });
}

/** Makes a stopped instance as somebody else would. */
export async function makeByHand(incusd: Incusd, name: string): Promise<void> {
  const source = { type: 'image', alias: IMAGES.polite };
  const body = { name, source, config: { 'limits.memory': '16MiB' } };
  await incusd.admin.run({ method: 'POST', path: `/1.0/instances?project=${incusd.project}`, body });
}

/** Deletes an instance as somebody else would. */
export async function deleteByHand(incusd: Incusd, name: string): Promise<void> {
  await powerByHand(incusd, name, 'stop').catch(() => undefined);
  await incusd.admin.run({ method: 'DELETE', path: `/1.0/instances/${name}?project=${incusd.project}` });
}

/** A file of the guest, as the daemon's administrator reads it; undefined when it is not there. */
export async function guestFile(incusd: Incusd, name: string, path: string): Promise<string | undefined> {
  return (await guestAnswer(incusd, name, path))?.text;
}

/** The mode of a file of the guest, octal. */
export async function guestMode(incusd: Incusd, name: string, path: string): Promise<string | undefined> {
  return (await guestAnswer(incusd, name, path))?.mode;
}

async function guestAnswer(
  incusd: Incusd,
  name: string,
  path: string,
): Promise<{ readonly text: string; readonly mode: string } | undefined> {
  const query = `project=${incusd.project}&path=${encodeURIComponent(path)}`;
  return new Promise((resolve, reject) => {
    const options = { socketPath: incusd.socketPath, path: `/1.0/instances/${name}/files?${query}`, agent: false };
    get(options, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => {
        const mode = String(reply.headers['x-incus-mode'] ?? '');
        resolve(reply.statusCode === 200 ? { text: Buffer.concat(chunks).toString('utf8'), mode } : undefined);
      });
    }).on('error', reject);
  });
}
