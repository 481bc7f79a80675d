/**
 * A repository URL as it may be shown and compared: without password, and without user for http(s).
 * The user of an ssh URL stays, because it is part of the address and no secret.
 */
export function publicUrl(url: string): string {
  const match =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)@([^@]*)$/is.exec(url) ?? /^([a-z][a-z0-9+.-]*):\/\/(.*)@([^@]*)$/is.exec(url);
  if (match === null) return url;
  const [, scheme = '', userinfo = '', rest = ''] = match;
  const user = userinfo.split(':')[0] ?? '';
  const keepsUser = /^(ssh|git\+ssh|ssh\+git)$/i.test(scheme) && user !== '';
  return keepsUser ? `${scheme}://${user}@${rest}` : `${scheme}://${rest}`;
}

/** User and password of an http(s) URL, decoded; undefined when it has none. */
export function urlCredentials(url: string): { username: string; password: string } | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  if (username === '' && password === '') return undefined;
  return { username: decoded(username), password: decoded(password) };
}

/** True when two URLs name the same repository as far as text tells: user, password, `.git`, a final slash and `file://` do not count. */
export function isSameRepository(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function comparable(url: string): string {
  const bare = publicUrl(url.trim()).replace(/^file:\/\/(localhost)?(?=\/)/i, '');
  const shortened = bare
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');
  return shortened.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, (start) => start.toLowerCase());
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
