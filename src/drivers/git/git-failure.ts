import type { GitCredentials, RemoteFailure } from './git.ts';
import { GitError } from './git.ts';
import { publicUrl, urlCredentials } from './public-url.ts';

/** A reason, or what has to be looked into first: `Local`, a failure on this side; `OtherHash`, a remote that names objects with another hash. */
export type FailureKind = RemoteFailure | 'Local' | 'OtherHash' | 'Unclear';

/** Sorts git's own words (LC_ALL=C) into a reason. What the remote's programs say over the side band does not count, except a host's "not found". */
export function failureKind(stderr: string): FailureKind {
  const own = stderr.replace(/^remote: (?!.*not found)[^\n]*$/gim, '');
  return RULES.find(([pattern]) => pattern.test(own))?.[1] ?? 'Unclear';
}

/** Builds the error for people: what was tried, what git said first, without credentials and control characters, and what to do. */
export function gitFailure(
  reason: RemoteFailure,
  request: { doing: string; url: string; credentials?: GitCredentials | undefined },
  said: string,
): GitError {
  const line = firstLine(withoutCredentials(said, request.url));
  const advice = reason === 'AuthenticationFailed' ? `; ${accessAdvice(request.credentials)}` : '';
  return new GitError(reason, `Could not ${request.doing} "${publicUrl(request.url)}": ${line}${advice}`);
}

function accessAdvice(credentials: GitCredentials | undefined): string {
  const { envFile, keyFile } = credentials ?? {};
  if (envFile !== undefined) return `correct the user or password in "${envFile}"`;
  if (keyFile !== undefined)
    return `let the server accept the key "${keyFile}", and let the server's own key be known here`;
  return "give the repository credentials, or the controller's user a credential helper or an ssh key";
}

/** Text without the credentials of this URL and without those of any URL in it. */
export function withoutCredentials(text: string, url: string): string {
  let clean = text.replaceAll(url, publicUrl(url));
  const secret = urlCredentials(url)?.password;
  if (secret !== undefined && secret.length > 3) clean = clean.replaceAll(secret, '***');
  // Bounded repetitions, because the text may come from a hostile remote.
  return clean.replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/'"]{0,200}:[^\s/'"]{0,200}@/gi, '$1');
}

/** The line that says most: git's first `fatal:` or `error:`, else the first that is not empty. At most 300 characters. */
function firstLine(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim());
  const telling =
    lines.find((line) => /^(fatal|error):/i.test(line)) ?? lines.find((line) => line !== '') ?? 'git said nothing';
  return telling.replace(/^(fatal|error): /i, '').slice(0, 300);
}

const RULES: readonly (readonly [RegExp, FailureKind])[] = [
  [/support this repository's hash algorithm|mismatched algorithms/i, 'OtherHash'],
  [/couldn't find remote ref|remote branch .* not found/i, 'BranchMissing'],
  [/authentication failed|could not read (username|password)|terminal prompts disabled/i, 'AuthenticationFailed'],
  [/returned error: (401|403|407)|http basic: access denied|invalid (username|credentials)/i, 'AuthenticationFailed'],
  [/permission denied \(|host key verification failed|detected dubious ownership/i, 'AuthenticationFailed'],
  [
    /repository '[^']*' not found|repository not found|returned error: 40[4-9]|returned error: 410/i,
    'RepositoryMissing',
  ],
  [/does not appear to be a git repository|^fatal: repository '[^']*' does not exist/im, 'RepositoryMissing'],
  [/not a git repository|no space left on device|disk quota exceeded|read-only file system/i, 'Local'],
  [/cannot lock ref|unable to (create|write|resolve reference)|unable to append|insufficient permission/i, 'Local'],
  [/bad config|object file .* is empty|loose object .* is corrupt|packfile .* (invalid|cannot be accessed)/i, 'Local'],
  [/bad object|broken ref|did not send all necessary objects|could not (open|create|write)/i, 'Local'],
  [/could not resolve host|failed to connect|connection (refused|reset|timed out|closed)/i, 'RemoteUnreachable'],
  [
    /could not read from remote repository|unable to access|early eof|hung up|unable to connect|no route/i,
    'RemoteUnreachable',
  ],
  [/network is unreachable|operation timed out|rpc failed|ssl|returned error: 5\d\d/i, 'RemoteUnreachable'],
];
