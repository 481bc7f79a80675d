import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DaemonAdmin } from './daemon-admin.ts';

/** What PID 1 of an image does. SIGPWR is the polite request to end. */
export const INITS = {
  /** Ends at once when asked. */
  polite: ['#!/bin/sh', 'trap "exit 0" PWR', 'hostname -F /etc/hostname', 'while :; do sleep 3600 & wait $!; done'],
  /** Hears nothing: only force ends it. */
  stuck: ['#!/bin/sh', 'trap "" PWR TERM INT HUP USR1 USR2', 'while :; do sleep 1; done'],
} as const satisfies Record<string, readonly string[]>;

const BUSYBOXES = ['/bin/busybox', '/usr/bin/busybox', '/usr/local/bin/busybox'];

/** Where busybox is, or undefined. */
export function findBusybox(): string | undefined {
  return BUSYBOXES.find((path) => existsSync(path));
}

/** An image to make: `scratch` is a folder for the pieces; `ballastMiB` makes unpacking take longer. */
export type ImageRequest = {
  readonly alias: string;
  readonly init: readonly string[];
  readonly scratch: string;
  readonly ballastMiB?: number;
};

/** Makes a container image of busybox with that init and imports it under its alias. Answers its fingerprint. */
export async function importImage(admin: DaemonAdmin, image: ImageRequest): Promise<string> {
  const tree = join(image.scratch, `image-${image.alias}`);
  buildTree(tree, image);
  const tar = `${tree}.tar`;
  execFileSync('tar', ['-C', tree, '--numeric-owner', '--owner=0', '--group=0', '-cf', tar, 'metadata.yaml', 'rootfs']);
  const made = await admin.run({ method: 'POST', path: '/1.0/images', body: readFileSync(tar) });
  const fingerprint: string = made.metadata.fingerprint;
  await admin.run({ method: 'POST', path: '/1.0/images/aliases', body: { name: image.alias, target: fingerprint } });
  rmSync(tree, { recursive: true, force: true });
  rmSync(tar, { force: true });
  return fingerprint;
}

function buildTree(tree: string, image: ImageRequest): void {
  const busybox = findBusybox();
  if (busybox === undefined) throw new Error('busybox is not installed; expected the package busybox-static');
  const program = realpathSync(busybox);
  const root = join(tree, 'rootfs');
  for (const folder of [
    'bin',
    'sbin',
    'etc',
    'dev',
    'proc',
    'sys',
    'tmp',
    'run',
    'root',
    'var/lib',
    'var/log',
    dirname(program),
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  copyFileSync(program, join(root, program));
  // The links point to busybox by its own absolute path, which is the same inside.
  execFileSync(program, ['--install', '-s', join(root, 'bin')]);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(root, 'etc/hostname'), `${image.alias}\n`);
  writeFileSync(join(root, 'sbin/init'), `${image.init.join('\n')}\n`);
  chmodSync(join(root, 'sbin/init'), 0o755);
  for (let part = 0; part < (image.ballastMiB ?? 0); part += 1)
    writeFileSync(join(root, `var/lib/ballast-${part}`), Buffer.alloc(1 << 20, part));
  writeFileSync(
    join(tree, 'metadata.yaml'),
    `architecture: ${architecture()}\ncreation_date: 1700000000\nproperties: {os: busybox, description: ${image.alias}}\n`,
  );
}

function architecture(): string {
  return process.arch === 'arm64' ? 'aarch64' : 'x86_64';
}
