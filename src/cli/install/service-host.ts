import { join } from 'node:path';

import { createFiles } from '#drivers/files/real-files.ts';
import type { Files } from '#drivers/files/files.ts';
import type { HostControl } from '#drivers/systemd/host-control.ts';
import { createHostControl } from '#drivers/systemd/real-host-control.ts';

import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { OWN_MARK } from './render-unit.ts';
import type { ServiceScope } from './service-plan.ts';

/** The host as `install` and `uninstall` see it; a test gives another one. */
export type ServiceHost = { readonly control: HostControl; readonly files: Files; readonly places: ServicePlaces };

/** Where the files of the service are. */
export type ServicePlaces = { readonly unit: string; readonly config: string | undefined };

const UNIT = 'ccci.service';
const MAX_BYTES = 64 * 1024;

/** This host, and where a service of that scope has its files. */
export function thisHost(scope: ServiceScope, context: Context): ServiceHost {
  const { environment } = context;
  const config = environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || '/', '.config');
  const places =
    scope === 'system'
      ? { unit: join('/etc/systemd/system', UNIT), config: '/etc/ccci/config.yaml' }
      : { unit: join(config, 'systemd/user', UNIT), config: undefined };
  return { control: createHostControl(), files: createFiles(), places };
}

/** The scope that was asked for, otherwise the one that this user can have. */
export function scopeOf(asked: ServiceScope | undefined, { person }: Context): ServiceScope {
  return asked ?? (person.uid === 0 ? 'system' : 'user');
}

/** The text of a file of the service; undefined when there is none. Throws CliError for a file that somebody else wrote, or that can not be read. */
export async function ownText({ files }: ServiceHost, path: string): Promise<string | undefined> {
  const text = await files.readText(path, MAX_BYTES);
  if (text.state === 'absent') return undefined;
  if (text.state === 'unknown') throw new CliError(text.message, { hint: 'correct its permissions, or move it away' });
  if (!text.value.startsWith(OWN_MARK))
    throw new CliError(`"${path}" is there and was not written by "ccci install"`, { hint: 'move it away first' });
  return text.value;
}

/** The systemctl of the scope with these words. */
export function systemctl(scope: ServiceScope, ...words: readonly string[]): readonly [string, ...string[]] {
  return ['systemctl', ...(scope === 'user' ? ['--user'] : []), ...words];
}

/** Refuses where the service manager is not systemd, or where the rights are missing. Throws CliError. */
export async function requireSystemd(
  { control }: ServiceHost,
  scope: ServiceScope,
  { person }: Context,
): Promise<void> {
  if ((await control.systemd()).state !== 'known')
    throw new CliError('systemd does not run this host: "/run/systemd/system" is not there', {
      hint: 'let the service manager of this host run "ccci run"; --dry-run shows what a unit would say',
    });
  if (scope === 'system' && person.uid !== 0)
    throw new CliError(`a unit of the system needs root, but user "${person.name}" asks`, {
      hint: 'use sudo, or --user for a unit of your own',
    });
}

/** Runs the commands in their order. Throws CliError with what the first one that fails said. */
export async function runAll(
  { control }: ServiceHost,
  commands: readonly (readonly [string, ...string[]])[],
): Promise<void> {
  for (const argv of commands) {
    const { code, err } = await control.run(argv);
    if (code === 0) continue;
    throw new CliError(`"${argv.join(' ')}" ended with ${String(code)}: ${err.trim() || 'it said nothing'}`, {
      hint: 'see "systemctl status ccci" and "journalctl -u ccci" (both with --user for a unit of your own), then run this again',
    });
  }
}
