import type { Fact } from '#api/fact.ts';
import { known, unknown } from '#api/fact.ts';
import { OPEN_TO_GROUP, readSecretFile } from '../files/read-secret-file.ts';
import { envFileValue } from './env-file.ts';
import type { GitCredentials } from './git.ts';
import { GitError } from './git.ts';
import { publicUrl, urlCredentials } from './public-url.ts';
import { SSH_COMMAND } from './safe-git.ts';

/** How one git call gets at its remote. Secrets go through a pipe of that call alone: they stand in no arguments, environment or file. */
export type RemoteAccess = {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the credential helper reads from `SECRET_FD`. */
  readonly secret?: string;
};

/** The file descriptor that a git call finds its secret at. */
export const SECRET_FD = 3;

/** Looks whether credentials can be used, and answers a stamp that changes with their files. Unknown: CredentialsMissing or CredentialsExposed. */
export function readCredentials(credentials: GitCredentials): Fact<string> {
  const { envFile, keyFile } = credentials;
  const stamps: string[] = [];
  if (envFile !== undefined) {
    const pair = readPair(envFile, credentials);
    if (pair.state !== 'known') return pair;
    stamps.push(pair.value.stamp);
  }
  if (keyFile !== undefined) {
    const key = worded(readSecretFile(keyFile, OPEN_TO_GROUP));
    if (key.state !== 'known') return key;
    stamps.push(key.value.stamp);
  }
  return known(stamps.join(' '));
}

/** Opens the way to a remote for one call. Throws GitError when the credentials can not be used. */
export function openAccess(request: { url: string; credentials?: GitCredentials | undefined }): RemoteAccess {
  const { url, credentials } = request;
  if (credentials !== undefined) {
    const usable = readCredentials(credentials);
    if (usable.state === 'unknown') throw refused(usable, url);
  }
  const pair = pairFor(request);
  return {
    flags: pair === undefined ? [] : helperFlags(url),
    env: credentials?.keyFile === undefined ? {} : { GIT_SSH_COMMAND: sshCommand(credentials) },
    ...(pair === undefined ? {} : { secret: `${pair.username}\n${pair.password}\n`.repeat(MAX_READS) }),
  };
}

type Pair = { readonly username: string; readonly password: string };

function pairFor({ url, credentials }: { url: string; credentials?: GitCredentials | undefined }): Pair | undefined {
  if (credentials?.envFile === undefined) return urlCredentials(url);
  const pair = readPair(credentials.envFile, credentials);
  if (pair.state === 'unknown') throw refused(pair, url);
  return pair.state === 'known' ? pair.value : undefined;
}

function readPair(envFile: string, credentials: GitCredentials): Fact<Pair & { stamp: string }> {
  const file = worded(readSecretFile(envFile));
  if (file.state !== 'known') return file;
  const { text, stamp } = file.value;
  const names = [credentials.usernameVariable ?? USERNAME, credentials.passwordVariable ?? PASSWORD];
  const [username, password] = names.map((name) => envFileValue(text, name));
  const missing = names.filter((_, index) => [username, password][index] === undefined);
  if (username === undefined || password === undefined)
    return unknown(
      'CredentialsMissing',
      `"${envFile}" has no line ${missing.map((name) => `${name}=…`).join(' and ')}; add it, or name the variable in spec.credentials`,
    );
  return known({ username, password, stamp });
}

function worded<T>(fact: Fact<T>): Fact<T> {
  if (fact.state !== 'unknown') return fact;
  return unknown(fact.reason === 'SecretExposed' ? 'CredentialsExposed' : 'CredentialsMissing', fact.message);
}

function refused(fact: { reason: string; message: string }, url: string): GitError {
  const reason = fact.reason === 'CredentialsExposed' ? 'CredentialsExposed' : 'CredentialsMissing';
  return new GitError(reason, `Could not use the credentials for "${publicUrl(url)}": ${fact.message}`);
}

/** Only this host is given the credentials, wherever it may send git on to. */
function helperFlags(url: string): readonly string[] {
  const origin = URL.canParse(url) ? `${new URL(url).protocol}//${new URL(url).host}` : '';
  return ['-c', 'credential.helper=', '-c', `credential.${origin}.helper=${HELPER}`];
}

/** That key and no other, and only a host that is known. */
function sshCommand({ keyFile = '', knownHostsFile }: GitCredentials): string {
  const files = [fileOption('IdentityFile', keyFile)];
  if (knownHostsFile !== undefined) files.push(fileOption('UserKnownHostsFile', knownHostsFile));
  const fixed = ['IdentitiesOnly=yes', 'IdentityAgent=none', 'StrictHostKeyChecking=yes'];
  return [SSH_COMMAND, ...[...files, ...fixed].map((option) => `-o ${shellWord(option)}`)].join(' ');
}

/** ssh splits values at blanks and replaces what follows a percent sign, unless it is told not to. */
function fileOption(name: string, path: string): string {
  return `${name}="${path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('%', '%%')}"`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const USERNAME = 'GIT_USERNAME';
const PASSWORD = 'GIT_PASSWORD';

// One call asks once for each connection that it makes anew; what it does not ask for is dropped with the pipe.
const MAX_READS = 8;

// `read` takes byte by byte, so that what it leaves is there for the next time.
const HELPER = `!f() { test "$1" = get || exit 0; IFS= read -r user <&${SECRET_FD} && IFS= read -r word <&${SECRET_FD} && printf "username=%s\\npassword=%s\\n" "$user" "$word"; }; f`;
