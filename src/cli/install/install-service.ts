import { dirname, isAbsolute, join, resolve } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { renderMachineConfig } from './render-machine-config.ts';
import { renderNixModule } from './render-nix-module.ts';
import { LINGER_MARK, renderUnit } from './render-unit.ts';
import { ownText, requireSystemd, runAll, scopeOf, systemctl, thisHost, type ServiceHost } from './service-host.ts';
import { settingsEnvironment, type ServicePlan, type ServiceScope } from './service-plan.ts';

/** The options of `ccci install`. */
export type InstallOptions = {
  /** By who asks when undefined. */
  readonly scope: ServiceScope | undefined;
  readonly runAs: string | undefined;
  readonly stateDir: string | undefined;
  readonly manifests: readonly string[];
  readonly workdir: string | undefined;
  readonly rebootLog: string | undefined;
  readonly starts: boolean;
  readonly dryRun: boolean;
};

/** A name of a file that is written, with its text. */
type ServiceFile = { readonly path: string; readonly text: string };

/** Writes the files of the service, enables and starts it; repeating it brings an existing one up to date. Throws CliError. */
export async function installService(
  options: InstallOptions,
  context: Context,
  given?: ServiceHost,
): Promise<ExitCode> {
  const scope = scopeOf(options.scope, context);
  const plan = servicePlan(scope, options, context);
  const host = given ?? thisHost(scope, context);
  const { terminal } = context;
  if (host.control.isNixOs()) {
    terminal.err('this is NixOS: add the module below to its configuration; nothing was written\n');
    terminal.out(renderNixModule({ ...plan, scope: 'system' }));
    return EXIT.ok;
  }
  const lingers = scope === 'user' && (await switchesLingeringOn(host, plan, options));
  const files = serviceFiles(host, plan, lingers);
  const commands = serviceCommands(plan, lingers, options);
  if (options.dryRun) {
    for (const { path, text } of files) terminal.out(`# would write ${path}\n${text}\n`);
    for (const argv of commands) terminal.out(`# would run ${argv.join(' ')}\n`);
    return EXIT.ok;
  }
  await requireSystemd(host, scope, context);
  for (const { path } of files) await ownText(host, path);
  for (const { path, text } of files) await write(host, path, text);
  await runAll(host, commands);
  for (const { path } of files) terminal.out(`${path} written\n`);
  terminal.out(options.starts ? 'the service is enabled and runs\n' : 'the service is written; nothing was started\n');
  warnOfOtherPlaces(plan, context);
  return EXIT.ok;
}

// Once switched on by install it stays marked as such, also when install is repeated.
async function switchesLingeringOn(host: ServiceHost, plan: ServicePlan, options: InstallOptions): Promise<boolean> {
  const before = await ownText(host, host.places.unit);
  return before?.includes(LINGER_MARK) === true || !(await isLingering(host, plan, options));
}

function servicePlan(scope: ServiceScope, options: InstallOptions, context: Context): ServicePlan {
  const { cwd, environment, settings } = context;
  const absolute = (path: string) => resolve(cwd, path);
  const asked = options.stateDir ?? (environment['CCCI_STATE_DIR'] || undefined);
  const stateDir = scope === 'user' ? settings.stateDir : asked === undefined ? '/var/lib/ccci' : absolute(asked);
  const log = options.rebootLog;
  const plan: ServicePlan = {
    scope,
    user: userOf(scope, options, context),
    program: fileURLToPath(new URL('../../../bin/ccci', import.meta.url)),
    workdir: absolute(options.workdir ?? '.'),
    path: pathOf(environment['PATH'] ?? ''),
    lang: environment['LANG'] || 'C.UTF-8',
    stateDir,
    tmuxSocket: settings.tmuxSocket,
    rebootLog: log === undefined ? undefined : absolute(log),
    manifests: options.manifests.map(absolute),
  };
  const broken = [plan.path, plan.user, plan.workdir, stateDir, plan.rebootLog ?? '', ...plan.manifests].find((text) =>
    /[\0-\x1f]/.test(text),
  );
  if (broken !== undefined) throw usageError(`${JSON.stringify(broken)} must be without control characters`);
  return plan;
}

function userOf(scope: ServiceScope, { runAs }: InstallOptions, { environment, person }: Context): string {
  const caller = environment['SUDO_USER'] || undefined;
  const user = scope === 'user' ? person.name : (runAs ?? (person.uid === 0 ? caller : person.name));
  if (user === undefined)
    throw usageError(
      'install needs to know whose the agents are: --run-as USER',
      'agents of root can change everything on this host; when that is wanted, say --run-as root',
    );
  if (!/^[a-zA-Z_][\w.-]*\$?$/.test(user)) throw usageError(`--run-as must be the name of a Unix user, not "${user}"`);
  return user;
}

// The service finds Node where this command was started with it.
function pathOf(path: string): string {
  const folders = path.split(':').filter((folder) => isAbsolute(folder));
  return [...new Set([dirname(execPath), ...folders])].join(':');
}

function serviceFiles({ places }: ServiceHost, plan: ServicePlan, lingers: boolean): readonly ServiceFile[] {
  const unit = { path: places.unit, text: renderUnit(plan, { lingers }) };
  return places.config === undefined ? [unit] : [{ path: places.config, text: renderMachineConfig(plan) }, unit];
}

function serviceCommands(
  { scope, user }: ServicePlan,
  lingers: boolean,
  { starts }: InstallOptions,
): readonly (readonly [string, ...string[]])[] {
  const begin = starts ? [systemctl(scope, 'enable', 'ccci.service'), systemctl(scope, 'restart', 'ccci.service')] : [];
  return [
    ...(lingers ? [['loginctl', 'enable-linger', user] as const] : []),
    systemctl(scope, 'daemon-reload'),
    ...begin,
  ];
}

async function isLingering(
  { control }: ServiceHost,
  { user }: ServicePlan,
  { dryRun }: InstallOptions,
): Promise<boolean> {
  if (dryRun && (await control.systemd()).state !== 'known') return false;
  const { code, out } = await control.run(['loginctl', 'show-user', user, '--property=Linger', '--value']);
  return code === 0 && out.trim() === 'yes';
}

async function write({ files }: ServiceHost, path: string, text: string): Promise<void> {
  try {
    await files.makeFolder(dirname(path), 0o755);
    await files.write(path, text, 0o644);
  } catch (error) {
    throw new CliError(`could not write "${path}"`, { hint: 'check that you may write there', cause: error });
  }
}

function warnOfOtherPlaces(plan: ServicePlan, { environment, terminal }: Context): void {
  const { scope, stateDir, rebootLog, tmuxSocket } = plan;
  const base = environment['XDG_STATE_HOME'] || join(environment['HOME'] || '/', '.local/state');
  const isUsual = stateDir === join(base, 'ccci') && rebootLog === undefined && tmuxSocket === undefined;
  if (scope === 'system' || isUsual) return;
  const exports = settingsEnvironment(plan).map(([name, value]) => `export ${name}='${value}'`);
  terminal.err(`warning: shells do not know the places of the service; put into your profile: ${exports.join('; ')}\n`);
}
