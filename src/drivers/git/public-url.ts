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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
