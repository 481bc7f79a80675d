import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

import { CliError, usageError } from './cli-error.ts';
import { EXIT } from './exit-code.ts';
import type { Parsed } from './flags.ts';

/** What holds for every command: flag, then environment, then the machine's configuration, then the default. */
export type Settings = {
  /** Absolute, without symbolic links. */
  readonly stateDir: string;
  /** Path of the tmux server's socket; undefined for tmux's own. */
  readonly tmuxSocket: string | undefined;
  /** Configuration file for a tmux server that ccci starts; undefined for tmux's own. */
  readonly tmuxConfig: string | undefined;
  /** Markdown log of reboots; undefined for REBOOTS.md in the state directory. */
  readonly rebootLog?: string | undefined;
  readonly logLevel: string;
  /** HOST:PORT at which the controller takes the git server's requests; undefined when it does not. */
  readonly webhookListen?: string | undefined;
  /** HOST:PORT or PORT at which the controller says how it is; undefined when it does not. */
  readonly healthListen?: string | undefined;
};

/** Where settings come from. */
export type SettingSources = {
  readonly parsed: Pick<Parsed, 'text'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The machine's configuration; it need not be there. */
  readonly configFile?: string;
};

const CONFIG_FILE = '/etc/ccci/config.yaml';

/** Resolves the settings. Throws a usage error for a value that can not be, and for a broken configuration file. */
export async function resolveSettings(sources: SettingSources): Promise<Settings> {
  const { parsed, environment, cwd } = sources;
  const config = await readConfig(sources.configFile ?? CONFIG_FILE);
  const pick = (flag: string, variable: string, field: string) =>
    nonEmpty(`--${flag}`, parsed.text(flag)) ?? (environment[variable] || undefined) ?? config[field];
  const address = (flag: string, variable: string, field: string) =>
    parsed.text(flag) ?? (environment[variable] || undefined) ?? config[field];
  const stateDir = pick('state-dir', 'CCCI_STATE_DIR', 'stateDir') ?? defaultStateDir(environment);
  const tmuxSocket = pick('tmux-socket', 'CCCI_TMUX_SOCKET', 'tmuxSocket');
  const rebootLog = (environment['CCCI_REBOOT_LOG'] || undefined) ?? config['rebootLog'];
  return {
    stateDir: withoutLinks(resolve(cwd, stateDir)),
    tmuxSocket: tmuxSocket === undefined ? undefined : resolve(cwd, tmuxSocket),
    tmuxConfig: environment['CCCI_TMUX_CONFIG'] || undefined,
    rebootLog: rebootLog === undefined ? undefined : resolve(cwd, rebootLog),
    logLevel: parsed.text('log-level') ?? 'info',
    webhookListen: address('webhook-listen', 'CCCI_WEBHOOK_LISTEN', 'webhookListen'),
    healthListen: address('health-listen', 'CCCI_HEALTH_LISTEN', 'healthListen'),
  };
}

function nonEmpty(flag: string, value: string | undefined): string | undefined {
  if (value === '') throw usageError(`option ${flag} must be a path, but it is empty`);
  return value;
}

function defaultStateDir(environment: SettingSources['environment']): string {
  const base = environment['XDG_STATE_HOME'] || join(environment['HOME'] || homedir(), '.local/state');
  return join(base, 'ccci');
}

// Sessions are marked with a hash of the path: two ways to write it must be one.
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(withoutLinks(parent), basename(path));
  }
}

const FIELDS = ['stateDir', 'tmuxSocket', 'user', 'webhookListen', 'healthListen', 'rebootLog'];
const PATHS = ['stateDir', 'tmuxSocket', 'rebootLog'];

async function readConfig(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  if (!existsSync(path)) return {};
  const { parseDocuments } = await import('#load/parse-documents.ts');
  const { renderMistake } = await import('#load/mistake.ts');
  const { documents, mistakes } = parseDocuments(path, readFileSync(path, 'utf8'));
  const [mistake] = mistakes;
  if (mistake !== undefined) throw new CliError(renderMistake(mistake), { code: EXIT.usage });
  const [document] = documents;
  if (document === undefined) return {};
  return checkConfig(document.value, path);
}

function checkConfig(value: unknown, path: string): Readonly<Record<string, string>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
  if (entries === undefined || Array.isArray(value))
    throw usageError(`${path}: must be a map with ${FIELDS.join(', ')}`, 'correct the file, or remove it');
  for (const [name, field] of entries) {
    if (!FIELDS.includes(name)) throw usageError(`${path}: "${name}" must be one of ${FIELDS.join(', ')}`);
    if (typeof field !== 'string' || field === '') throw usageError(`${path}: "${name}" must be a text`);
    if (PATHS.includes(name) && !field.startsWith('/')) throw usageError(`${path}: "${name}" must be an absolute path`);
  }
  return Object.fromEntries(entries);
}
