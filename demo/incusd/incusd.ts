import { execFileSync, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findBusybox, importImage, INITS } from './busybox-image.ts';
import { createDaemonAdmin } from './daemon-admin.ts';
import type { DaemonAdmin } from './daemon-admin.ts';
import {
  isAlive,
  daemonEnded,
  daemonPid,
  findIncusd,
  killAll,
  monitorsOf,
  removeDir,
  signalDaemon,
  socketOf,
  startDaemon,
} from './daemon-process.ts';

/** A throwaway Incus daemon: everything that it has is in `dir`, it listens on loopback, and `stop` leaves nothing. */
export type Incusd = {
  readonly dir: string;
  readonly url: string;
  readonly socketPath: string;
  readonly project: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  readonly serverCertFile: string;
  readonly fingerprint: string;
  readonly admin: DaemonAdmin;
  pid(): number | undefined;
  /** Sends a signal to the daemon itself, for example SIGKILL, SIGSTOP or SIGCONT. */
  signal(name: NodeJS.Signals): void;
  /** Waits for the end of a daemon that was signalled. */
  ended(): Promise<void>;
  /** Starts a daemon that was killed, on the same state. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
};

/** What to set up: `parent` holds the folder `<prefix><pid>-incusd…`; `memoryCap` is the cap of the project, as 1GiB. */
export type IncusdRequest = {
  readonly parent: string;
  readonly prefix: string;
  readonly project: string;
  readonly memoryCap: string;
};

/** Image aliases that every throwaway daemon has. */
export const IMAGES = { polite: 'incus-base-vm', stuck: 'incus-stuck' } as const;

/** Why no throwaway daemon can run here, as a sentence with what to do, or undefined. */
export function whyNoIncusd(): string | undefined {
  if (process.platform !== 'linux') return 'a throwaway incusd needs Linux';
  if (process.getuid?.() !== 0) return 'a throwaway incusd needs root';
  if (findIncusd() === undefined) return 'incusd is not installed: install incus-base (on bookworm from backports)';
  return findBusybox() === undefined ? 'busybox is not installed: install busybox-static' : undefined;
}

let started = 0;

/** Starts a throwaway daemon with a pool, a project with a RAM cap, two images and one trusted client certificate. */
export async function startIncusd(request: IncusdRequest): Promise<Incusd> {
  started += 1;
  const dir = join(request.parent, `${request.prefix}${process.pid}-incusd${started}`);
  ensureSubordinateIds();
  mkdirSync(dir, { recursive: true });
  // The mapped root of a container must be able to pass.
  chmodSync(dir, 0o711);
  const release = leash(dir);
  try {
    await startDaemon(dir);
    const admin = createDaemonAdmin(socketOf(dir));
    const port = await listenOnFreePort(admin);
    await furnish({ admin, dir, request });
    return describe({ dir, port, admin, project: request.project, release });
  } catch (cause) {
    await stopIncusd(dir);
    release();
    throw cause;
  }
}

/** Deletes the instances of a throwaway daemon, ends it and removes its folder; repeatable, also after any kind of kill. */
export async function stopIncusd(dir: string): Promise<void> {
  if (!existsSync(dir)) return;
  signalDaemon(dir, 'SIGCONT');
  // A killed daemon leaves its containers alive: it comes back to tidy up its own cgroups and mounts.
  if (daemonPid(dir) === undefined && monitorsOf(dir).length > 0) await startDaemon(dir).catch(() => undefined);
  if (daemonPid(dir) !== undefined) {
    await deleteInstances(createDaemonAdmin(socketOf(dir))).catch(() => undefined);
    signalDaemon(dir, 'SIGTERM');
    if (!(await daemonEnded(dir, 10_000))) signalDaemon(dir, 'SIGKILL');
    await daemonEnded(dir, 5_000);
  }
  killAll(dir);
  removeDir(dir);
}

/** Stops throwaway daemons in `parent` whose owning process is gone. */
export async function sweepIncusd(parent: string, prefix: string): Promise<void> {
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const owner = name.startsWith(prefix) ? /^(\d+)-incusd/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (owner !== undefined && !isAlive(Number(owner))) await stopIncusd(join(parent, name)).catch(() => undefined);
  }
}

async function deleteInstances(admin: DaemonAdmin): Promise<void> {
  const all = await admin.ask({ method: 'GET', path: '/1.0/instances?recursion=1&all-projects=true' });
  const ends = all.map(async ({ name, project, status }: { name: string; project: string; status: string }) => {
    const path = `/1.0/instances/${name}`;
    const query = `?project=${project}`;
    if (status !== 'Stopped') {
      const body = { action: 'stop', force: true, timeout: 10 };
      await admin.run({ method: 'PUT', path: `${path}/state${query}`, body }).catch(() => undefined);
    }
    await admin.run({ method: 'DELETE', path: `${path}${query}` });
  });
  await Promise.allSettled(ends);
}

/** Unprivileged containers need a range of user ids for root. */
function ensureSubordinateIds(): void {
  for (const file of ['/etc/subuid', '/etc/subgid']) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (!/^root:/m.test(text)) appendFileSync(file, 'root:1000000:1000000000\n');
  }
}

/** A process that ends the daemon when this one is gone, however that happened: its pipe closes. */
function leash(dir: string): () => void {
  const program = join(import.meta.dirname, '../end-incusd.ts');
  const child = spawn('/bin/sh', ['-c', 'cat >/dev/null; exec "$0" "$1" "$2"', process.execPath, program, dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const pipe = child.stdin as typeof child.stdin & { unref?: () => void };
  pipe.unref?.();
  pipe.on('error', () => undefined);
  return () => child.kill('SIGKILL');
}

async function listenOnFreePort(admin: DaemonAdmin): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      await admin.ask({
        method: 'PATCH',
        path: '/1.0',
        body: { config: { 'core.https_address': `127.0.0.1:${port}` } },
      });
      return port;
    } catch (cause) {
      // Somebody took the port in between.
      if (attempt >= 3) throw cause;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function furnish({
  admin,
  dir,
  request,
}: {
  admin: DaemonAdmin;
  dir: string;
  request: IncusdRequest;
}): Promise<void> {
  const { project, memoryCap } = request;
  const devices = { root: { type: 'disk', path: '/', pool: 'default' } };
  await admin.run({ method: 'POST', path: '/1.0/storage-pools', body: { name: 'default', driver: 'dir' } });
  const config = { 'features.images': 'false', 'features.profiles': 'true', 'limits.memory': memoryCap };
  await admin.run({ method: 'POST', path: '/1.0/projects', body: { name: project, config } });
  // Every process of a guest names the folder in its environment, so that a sweep by name finds it, too.
  const marked = { 'environment.CCCI_INCUSD': dir };
  const path = `/1.0/profiles/default?project=${project}`;
  await admin.run({ method: 'PUT', path, body: { config: marked, devices } });
  await importImage(admin, { alias: IMAGES.polite, init: INITS.polite, scratch: dir });
  await importImage(admin, { alias: IMAGES.stuck, init: INITS.stuck, scratch: dir });
  makeCertificate({ certFile: join(dir, 'client.crt'), keyFile: join(dir, 'client.key'), name: 'ccci-test-client' });
  await trust(admin, join(dir, 'client.crt'), {});
}

/** Lets the daemon trust a client certificate, wholly or only for some projects. */
export async function trust(admin: DaemonAdmin, certFile: string, to: { projects?: readonly string[] }): Promise<void> {
  const certificate = new X509Certificate(readFileSync(certFile)).raw.toString('base64');
  const limits = to.projects === undefined ? {} : { restricted: true, projects: to.projects };
  await admin.run({
    method: 'POST',
    path: '/1.0/certificates',
    body: { name: certFile, type: 'client', certificate, ...limits },
  });
}

/** A self-signed certificate and its key, as files; `days` may be such that it has expired. */
export function makeCertificate(wanted: {
  certFile: string;
  keyFile: string;
  name: string;
  extra?: readonly string[];
}): void {
  const { certFile, keyFile, name, extra = ['-days', '30'] } = wanted;
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1', '-sha384', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-subj', `/CN=${name}`, ...extra], {
    stdio: 'ignore',
  });
  chmodSync(keyFile, 0o600);
}

type Described = { dir: string; port: number; admin: DaemonAdmin; project: string; release: () => void };

function describe({ dir, port, admin, project, release }: Described): Incusd {
  const serverCertFile = join(dir, 'server.crt');
  return {
    dir,
    admin,
    project,
    serverCertFile,
    url: `https://127.0.0.1:${port}`,
    socketPath: socketOf(dir),
    clientCertFile: join(dir, 'client.crt'),
    clientKeyFile: join(dir, 'client.key'),
    fingerprint: createHash('sha256')
      .update(new X509Certificate(readFileSync(serverCertFile)).raw)
      .digest('hex'),
    pid: () => daemonPid(dir),
    signal: (name) => signalDaemon(dir, name),
    ended: async () => {
      await daemonEnded(dir, 10_000);
    },
    startAgain: async () => {
      await startDaemon(dir);
    },
    stop: async () => {
      await stopIncusd(dir);
      release();
    },
  };
}
