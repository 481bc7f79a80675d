import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const PROGRAM = '/usr/sbin/sshd';

/** Why no ssh server can be run here, for `skip`; false when it can. */
export const skipSshd: string | false = whyNoSshd() ?? false;

function whyNoSshd(): string | undefined {
  if (process.getuid?.() !== 0) return 'a private sshd needs root';
  return existsSync(PROGRAM) ? undefined : 'sshd is not installed: install openssh-server';
}

/** A private ssh server on loopback that lets root in with one key. */
export type Sshd = {
  readonly port: number;
  readonly keyFile: string;
  /** Gives the server another host key, as a machine that was made anew has. */
  changeHostKey(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts one with everything that it needs in `dir`. */
export async function startSshd(dir: string): Promise<Sshd> {
  // sshd insists on this folder, which only its own service makes.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  const keyFile = makeKey(join(dir, 'login'));
  const hostKey = makeKey(join(dir, 'host'));
  const lines = [
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${keyFile}.pub`,
    `PidFile ${join(dir, 'sshd.pid')}`,
    `ListenAddress 127.0.0.1:${port}`,
    ...['StrictModes no', 'PermitRootLogin prohibit-password', 'PasswordAuthentication no', 'UsePAM no'],
  ];
  const config = join(dir, 'sshd_config');
  writeFileSync(config, `${lines.join('\n')}\n`);
  let child = await run(config);
  return {
    port,
    keyFile,
    async changeHostKey() {
      await end(child);
      rmSync(hostKey);
      makeKey(hostKey);
      child = await run(config);
    },
    stop: () => end(child),
  };
}

/** Makes an ed25519 key pair and answers the path of its private half. */
export function makeKey(path: string): string {
  rmSync(`${path}.pub`, { force: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return path;
}

/** A port on loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function run(config: string): Promise<ChildProcess> {
  const child = spawn(PROGRAM, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Server listening')) resolve(child);
    });
    child.once('exit', () => reject(new Error(`sshd ended: ${said}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
