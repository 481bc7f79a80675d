import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Prober, ProbeResult } from './probe.ts';
import { timedOut } from './probe-failure.ts';

type SshTarget = Parameters<Prober['ssh']>[0];

/** ssh's own complaints, in the order in which they are looked for, and what to tell a person. */
const COMPLAINTS: readonly (readonly [RegExp, string])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/, 'hostkey'],
  [/UNPROTECTED PRIVATE KEY FILE|bad permissions/, 'the private key file is open to other users: run chmod 600 on it'],
  [/Identity file .* not accessible|Load key .*No such file/, 'the private key file does not exist or can not be read'],
  [/Permission denied/, 'the server refuses this user or key'],
  [/Connection refused/, 'connection refused: nothing listens there'],
  [/Could not resolve hostname/, 'the host name is not known'],
  [/No route to host|Network is unreachable/, 'no route to the host'],
  [/timed out/, 'the host does not answer'],
  [/Connection (closed|reset)|kex_exchange_identification/, 'the connection was closed by the other side'],
];

/** Runs ssh once (default command: true) and reports whether it ended with 0. Nothing is asked, no configuration is read. */
export async function probeSsh(target: SshTarget): Promise<ProbeResult> {
  const what = `ssh ${target.user === undefined ? '' : `${target.user}@`}${target.host}${target.port === undefined ? '' : `:${target.port}`}`;
  const { execa } = await import('execa');
  await mkdir(dirname(target.knownHostsFile), { recursive: true, mode: 0o700 }).catch(() => undefined);
  const result = await execa('ssh', sshArguments(target), {
    reject: false,
    timeout: target.timeoutMs,
    killSignal: 'SIGKILL',
    stdin: 'ignore',
    maxBuffer: 64 * 1024,
    extendEnv: false,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
  });
  if (result.timedOut) return timedOut(what, target.timeoutMs);
  if (result.exitCode === 0) return { ok: true, message: `${what} answers` };
  const reason = reasonOf(target, result);
  return { ok: false, message: `${what} failed: ${reason}`, ...(isLocal(result, reason) ? { local: true } : {}) };
}

function sshArguments(target: SshTarget): readonly string[] {
  const { host, port, user, keyFile, knownHostsFile, command = ['true'], timeoutMs } = target;
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${quoteOption(knownHostsFile)}`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'ForwardAgent=no',
    'ClearAllForwardings=yes',
    `ConnectTimeout=${Math.max(1, Math.ceil(timeoutMs / 1000))}`,
  ];
  return [
    ...['-F', '/dev/null', '-T', ...options.flatMap((option) => ['-o', option])],
    ...(keyFile === undefined ? ['-o', 'IdentityFile=none'] : ['-i', keyFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    '--',
    host,
    // ssh hands one text to the remote shell, so each word is quoted for it.
    command.map(quoteWord).join(' '),
  ];
}

type SshResult = {
  exitCode?: number | undefined;
  stderr?: string | undefined;
  code?: string | undefined;
};

function reasonOf(target: SshTarget, result: SshResult): string {
  if (result.code === 'ENOENT') return 'the program "ssh" is not installed here: install openssh-client';
  const stderr = result.stderr ?? '';
  const complaint = result.exitCode === 255 ? COMPLAINTS.find(([pattern]) => pattern.test(stderr))?.[1] : undefined;
  if (complaint === 'hostkey') {
    return `the host key has changed; if that is right, remove the line of "${target.host}" from "${target.knownHostsFile}"`;
  }
  if (complaint !== undefined) return complaint;
  if (result.exitCode === 255) return lastLine(stderr);
  return result.exitCode === undefined ? 'ssh was killed' : `the command ended with exit code ${result.exitCode}`;
}

/** Complaints whose cause is on this side: they say nothing about the machine. */
const LOCAL = ['the private key file', 'the host name is not known', 'no route to', 'the host key has changed'];

function isLocal({ code }: SshResult, reason: string): boolean {
  return code === 'ENOENT' || LOCAL.some((words) => reason.startsWith(words));
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() || 'ssh gave no reason';
}

/** ssh splits this option at blanks and expands `%`. */
function quoteOption(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

function quoteWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
