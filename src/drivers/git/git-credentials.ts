import { urlCredentials } from './public-url.ts';

/** Flags that let git take user and password from its environment when the URL carries them, so that they stand in no process arguments and in no configuration. */
export function credentialFlags(url: string): readonly string[] {
  return urlCredentials(url) === undefined ? [] : ['-c', 'credential.helper=', '-c', `credential.helper=${HELPER}`];
}

/** The environment that goes with `credentialFlags`. */
export function credentialEnvironment(url: string): Record<string, string> {
  const credentials = urlCredentials(url);
  if (credentials === undefined) return {};
  return { CCCI_GIT_USERNAME: credentials.username, CCCI_GIT_PASSWORD: credentials.password };
}

const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$CCCI_GIT_USERNAME" "$CCCI_GIT_PASSWORD"; }; f';
