/** Overrides for every call: nothing that a repository's configuration names may run, and git never tidies up in the background. */
export const SAFE_CONFIG: readonly string[] = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.ext.allow=never',
  'log.showSignature=false',
  'i18n.logOutputEncoding=UTF-8',
  'advice.defaultBranchName=false',
];

/** `-c key=value` pairs of SAFE_CONFIG, to stand before git's subcommand. */
export const SAFE_FLAGS: readonly string[] = SAFE_CONFIG.flatMap((setting) => ['-c', setting]);

/** Environment for git that talks to a remote: the caller's own paths, proxies and configuration, no prompts, no inherited GIT_DIR. */
export function remoteEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = KEPT.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]));
  return { ...Object.fromEntries(kept), ...QUIET };
}

/** Environment for git that only looks at local objects: as `remoteEnvironment`, without anybody's configuration and without any protocol. */
export function localEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return {
    ...remoteEnvironment(environment),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  };
}

/** The ssh that git uses: it never asks. A shared connection would outlive git and hold its pipes open, so each call has its own. */
export const SSH_COMMAND = 'ssh -o BatchMode=yes -o ConnectTimeout=10 -o ControlMaster=no -o ControlPath=none';

const QUIET = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: 'true',
  SSH_ASKPASS: 'true',
  SSH_ASKPASS_REQUIRE: 'never',
  GCM_INTERACTIVE: 'never',
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_SSH_COMMAND: SSH_COMMAND,
  GIT_SSH_VARIANT: 'ssh',
  LC_ALL: 'C',
  LANGUAGE: '',
} satisfies Record<string, string>;

const KEPT = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME'],
  ...['SSH_AUTH_SOCK', 'DBUS_SESSION_BUS_ADDRESS', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'],
];
