/** True for a full object name: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits, not all zero. */
export function isSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !/^0+$/.test(text);
}

/** True for a branch name by the rules of `git check-ref-format --branch`, and never an option or a pattern. */
export function isBranch(name: string): boolean {
  if (name === '' || name.length > 240 || name === '@' || name === 'HEAD' || name.startsWith('-')) return false;

  if (/[\u0000- \u007f~^:?*[\\]/.test(name)) return false;
  if (name.includes('..') || name.includes('@{') || name.endsWith('.')) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** True for a path inside a repository that names one file by itself: relative, no empty, `.` or `..` part. */
export function isPathInside(path: string): boolean {
  if (path.includes('\u0000') || path.length > 4096) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Why a URL can not be used for fetching, or undefined when it can: an absolute path, `file`, `git`, `http(s)`, `ssh` or `user@host:path`. */
export function urlMistake(url: string): string | undefined {
  if (url === '' || url.startsWith('-') || /[\u0000-\u001f\u007f]/.test(url)) return URL_RULE;
  if (/^[a-z0-9+.-]+::/i.test(url)) return URL_RULE;
  if (/^(?:file|git|https?|ssh|git\+ssh|ssh\+git):\/\/[^-]/i.test(url)) return undefined;
  if (url.startsWith('/')) return undefined;
  return /^[A-Za-z0-9_][^/:]*:(?!\/\/)[^-]/.test(url) ? undefined : URL_RULE;
}

const URL_RULE = 'it must be an absolute path, a file, git, http(s) or ssh URL, or user@host:path';
