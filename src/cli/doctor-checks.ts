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
  /** Programs as they are found with this PATH; without one, with that of whoever asks. */
  readonly programs: (path?: string) => ProgramReader;
  readonly files: Pick<Files, 'list' | 'readText'>;
  readonly stateDir: string;
  readonly backends: readonly BackendType[];
};

/** Carries out all checks, in the order in which a person corrects them. */
export async function runChecks(world: DoctorWorld): Promise<readonly CheckResult[]> {
  const programs = await Promise.all([
    checkProgram(world, 'tmux', '-V'),
    checkProgram(world, 'git', '--version'),
    ...world.backends
      .filter((type) => type !== 'command')
      .flatMap((type) => pathsOf(world, type).map(async (path) => checkAgentProgram(world, type, path))),
  ]);
  return [...programs, ...world.agents.flatMap(checkAgent), ...(await checkScreens(world))];
}

async function checkProgram({ programs }: DoctorWorld, name: string, argument: string): Promise<CheckResult> {
  const found = await programs().find(name, argument);
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

// An agent whose manifest sets a PATH finds its program there, and nowhere else.
function pathsOf({ agents }: DoctorWorld, type: BackendType): readonly (string | undefined)[] {
  const paths = agents
    .filter((agent) => typeOf(agent) === type)
    .map(({ spec }) => {
      const env = (spec['env'] ?? []) as readonly { readonly name: string; readonly value?: string }[];
      return env.find(({ name }) => name === 'PATH')?.value;
    });
  return paths.length === 0 ? [undefined] : [...new Set(paths)];
}

async function checkAgentProgram(
  { programs }: DoctorWorld,
  type: BackendType,
  searched: string | undefined,
): Promise<CheckResult> {
  const covered = COVERED_VERSIONS[type];
  const install = INSTALLED_BY[type];
  const fix = install === undefined ? undefined : `${install}@${covered ?? 'latest'}`;
  const found = await programs(searched).find(type, '--version');
  if (found.state !== 'known') {
    const where = searched === undefined ? 'the PATH' : `the PATH of its manifest, ${searched}`;
    return { check: type, result: 'failed', message: `it is not on ${where}`, fix };
  }
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

function hasChannel(agent: StoredObject): boolean {
  const type = typeOf(agent);
  return type !== undefined && BACKENDS[type].signals !== undefined;
}

function typeOf({ spec }: StoredObject): BackendType | undefined {
  return ((spec['backend'] ?? {}) as { readonly type?: BackendType }).type;
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
