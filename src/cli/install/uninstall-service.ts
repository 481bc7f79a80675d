import { dirname } from 'node:path';

import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { LINGER_MARK } from './render-unit.ts';
import { ownText, requireSystemd, runAll, scopeOf, systemctl, thisHost, type ServiceHost } from './service-host.ts';
import type { ServiceScope } from './service-plan.ts';

/** The options of `ccci uninstall`. */
export type UninstallOptions = { readonly scope: ServiceScope | undefined; readonly dryRun: boolean };

/** Removes what `install` wrote; repeating it finds nothing to do. Throws CliError for a unit that somebody else wrote. */
export async function uninstallService(
  options: UninstallOptions,
  context: Context,
  given?: ServiceHost,
): Promise<ExitCode> {
  const scope = scopeOf(options.scope, context);
  const host = given ?? thisHost(scope, context);
  const found = await findInstalled(host);
  if (found.paths.length === 0) {
    context.terminal.out('no service is installed\n');
    return EXIT.ok;
  }
  const steps = stepsOf(found, scope, context);
  if (options.dryRun) {
    const run = (argv: readonly string[]) => context.terminal.out(`# would run ${argv.join(' ')}\n`);
    steps.before.forEach(run);
    for (const path of found.paths) context.terminal.out(`# would remove ${path}\n`);
    steps.after.forEach(run);
    return EXIT.ok;
  }
  await requireSystemd(host, scope, context);
  await runAll(host, steps.before);
  await removeFiles(host, found);
  await runAll(host, steps.after);
  for (const path of found.paths) context.terminal.out(`${path} removed\n`);
  const kept = stateDirOf(found.unitText) ?? context.settings.stateDir;
  context.terminal.out(`kept: the state directory ${printable(kept)}, and agents that run\n`);
  return EXIT.ok;
}

type Installed = { readonly unitText: string | undefined; readonly paths: readonly string[] };

async function findInstalled(host: ServiceHost): Promise<Installed> {
  const { unit, config } = host.places;
  const unitText = await ownText(host, unit);
  const configText = config === undefined ? undefined : await ownText(host, config);
  const isThere = (path: string | undefined, text: string | undefined) =>
    path === undefined || text === undefined ? [] : [path];
  return { unitText, paths: [...isThere(unit, unitText), ...isThere(config, configText)] };
}

type Commands = readonly (readonly [string, ...string[]])[];

function stepsOf(
  { unitText }: Installed,
  scope: ServiceScope,
  { person }: Context,
): { before: Commands; after: Commands } {
  const lingers = unitText?.includes(LINGER_MARK) === true;
  return {
    before: unitText === undefined ? [] : [systemctl(scope, 'disable', '--now', 'ccci.service')],
    after: [
      systemctl(scope, 'daemon-reload'),
      ...(lingers ? [['loginctl', 'disable-linger', person.name] as const] : []),
    ],
  };
}

async function removeFiles({ files, places }: ServiceHost, { paths }: Installed): Promise<void> {
  for (const path of paths) await files.remove(path);
  if (places.config === undefined) return;
  const folder = dirname(places.config);
  if ((await files.list(folder)).length === 0) await files.remove(folder);
}

function stateDirOf(unitText: string | undefined): string | undefined {
  return /^Environment="?CCCI_STATE_DIR=([^"\n]+)/m.exec(unitText ?? '')?.[1]?.replaceAll('%%', '%');
}
