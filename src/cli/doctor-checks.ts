import { BACKENDS } from '#backends/registry.ts';
import { COVERED_VERSIONS } from '#backends/covered-versions.ts';
import type { BackendType } from '#api/agent-backend.ts';
import { readUnknownScreen, screensFolder } from '#controller/unknown-screens.ts';
import type { Files } from '#drivers/files/files.ts';
import type { ProgramReader } from '#drivers/program/program.ts';
import type { StoredObject } from '#store/store.ts';

import { conditionOf } from './conditions-of.ts';

/** What one check found, and the command or deed that corrects it. */
export type CheckResult = {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'failed';
  readonly message: string;
  readonly fix?: string | undefined;
};

/** What the checks look at. */
export type DoctorWorld = {
  readonly agents: readonly StoredObject[];
  readonly programs: ProgramReader;
  readonly files: Pick<Files, 'list' | 'readText'>;
  readonly stateDir: string;
  readonly backends: readonly BackendType[];
};

/** Carries out all checks, in the order in which a person corrects them. */
export async function runChecks(world: DoctorWorld): Promise<readonly CheckResult[]> {
  const programs = await Promise.all([
    checkProgram(world, 'tmux', '-V'),
    checkProgram(world, 'git', '--version'),
    ...world.backends.filter((type) => type !== 'command').map(async (type) => checkAgentProgram(world, type)),
  ]);
  return [...programs, ...world.agents.flatMap(checkAgent), ...(await checkScreens(world))];
}

async function checkProgram({ programs }: DoctorWorld, name: string, argument: string): Promise<CheckResult> {
  const found = await programs.find(name, argument);
  if (found.state !== 'known')
    return { check: name, result: 'failed', message: 'it is not on the PATH', fix: `apt-get install ${name}` };
  return { check: name, result: 'ok', message: `${found.value.version ?? 'unknown version'} at ${found.value.path}` };
}

/** How each program is installed at the version that ccci knows. */
const INSTALLED_BY: Readonly<Partial<Record<BackendType, string>>> = {
  claude: 'npm install -g @anthropic-ai/claude-code',
  codex: 'npm install -g @openai/codex',
  opencode: 'npm install -g opencode-ai',
  gemini: 'npm install -g @google/gemini-cli',
};

async function checkAgentProgram({ programs }: DoctorWorld, type: BackendType): Promise<CheckResult> {
  const covered = COVERED_VERSIONS[type];
  const install = INSTALLED_BY[type];
  const fix = install === undefined ? undefined : `${install}@${covered ?? 'latest'}`;
  const found = await programs.find(type, '--version');
  if (found.state !== 'known') return { check: type, result: 'failed', message: 'it is not on the PATH', fix };
  const { path, version } = found.value;
  if (version === covered) return { check: type, result: 'ok', message: `${version ?? ''} at ${path}` };
  const message = `${version ?? 'an unknown version'} at ${path}; screens and signals are known of ${covered ?? 'none'}`;
  return { check: type, result: 'warning', message, fix };
}

function checkAgent(agent: StoredObject): readonly CheckResult[] {
  const name = agent.metadata.name;
  const { status = {} } = agent;
  const state = (status['state'] ?? {}) as Readonly<Record<string, unknown>>;
  const isRunning = status['session'] !== undefined && state['name'] !== 'Starting' && state['name'] !== 'Exited';
  const contradicted = conditionOf(agent, 'StateContradicted');
  const conflict = contradicted?.status === 'True' ? [problem(name, contradicted.message, `ccci attach ${name}`)] : [];
  return isRunning && hasChannel(agent) ? [checkChannel(name, state), ...conflict] : conflict;
}

function hasChannel({ spec }: StoredObject): boolean {
  const type = ((spec['backend'] ?? {}) as { readonly type?: BackendType }).type;
  return type !== undefined && BACKENDS[type].signals !== undefined;
}

function checkChannel(name: string, state: Readonly<Record<string, unknown>>): CheckResult {
  const check = `agent/${name}`;
  if (state['isHeard'] === true) return { check, result: 'ok', message: 'its program tells what it does' };
  return problem(name, 'its program has told nothing in this launch: only its screen is known', `ccci restart ${name}`);
}

function problem(name: string, message: string, fix: string): CheckResult {
  return { check: `agent/${name}`, result: 'failed', message, fix };
}

async function checkScreens({ files, stateDir, backends }: DoctorWorld): Promise<readonly CheckResult[]> {
  const folder = screensFolder(stateDir);
  const results = await Promise.all(
    backends.map(async (backend) => {
      const names = (await files.list(`${folder}/${backend}`)).filter((name) => name.endsWith('.json'));
      const kept = await Promise.all(
        names.map(async (name) => readUnknownScreen(`${folder}/${backend}/${name}`, files)),
      );
      const seen = kept.reduce((sum, one) => sum + (one?.count ?? 0), 0);
      if (seen === 0) return [];
      const screens = names.length === 1 ? '1 screen' : `${String(names.length)} screens`;
      const message = `${backend} showed ${screens} that nobody knows, ${String(seen)} times in all: ${folder}/${backend}`;
      const fix = 'look at them, install the covered version, and report them';
      return [{ check: 'screens', result: 'warning' as const, message, fix }];
    }),
  );
  const all = results.flat();
  return all.length > 0 ? all : [{ check: 'screens', result: 'ok', message: 'every screen so far was known' }];
}
