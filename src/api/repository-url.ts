/**
 * A repository's address as people may see it: without password, and without user for http(s).
 * The user of an ssh URL stays, because it is part of the address and no secret.
 */
export function shownUrl(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@|(.*)@)([^@]*)$/is.exec(url);
  if (match === null) return url;
  const [, scheme = '', usual, odd, rest = ''] = match;
  const user = (usual ?? odd ?? '').split(':')[0] ?? '';
  const keepsUser = /^(ssh|git\+ssh|ssh\+git)$/i.test(scheme) && user !== '';
  return keepsUser ? `${scheme}://${user}@${rest}` : `${scheme}://${rest}`;
}

/** True when two addresses name the same repository as far as text tells: user, password, `.git`, a final slash and `file://` do not count. */
export function isSameRepository(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function comparable(url: string): string {
  const bare = shownUrl(url.trim()).replace(/^file:\/\/(localhost)?(?=\/)/i, '');
  const shortened = bare
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');
  return shortened.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, (start) => start.toLowerCase());
}
