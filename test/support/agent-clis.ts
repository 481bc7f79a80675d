import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The agent programs that tests run for real. */
export type AgentCli = 'claude' | 'codex' | 'opencode' | 'gemini';

/** Where an installed program is, or one sentence that says why it is not there. */
export type InstalledCli = { readonly binFolder: string; readonly version: string } | { readonly missing: string };

type CliPackage = {
  readonly name: string;
  /** The version that the screens in test/fixtures were captured from. */
  readonly version: string;
  /** Where the program may be below node_modules; the first that answers with its version is taken. */
  readonly programs: readonly string[];
};

const MACHINE = `${process.platform}-${process.arch}`;

/** What is installed. Install scripts are not run, so the program for this machine is named by itself where they would link it. */
export const AGENT_CLIS: Readonly<Record<AgentCli, CliPackage>> = {
  claude: {
    name: '@anthropic-ai/claude-code',
    version: '2.1.197',
    programs: [`@anthropic-ai/claude-code-${MACHINE}/claude`, `@anthropic-ai/claude-code-${MACHINE}-musl/claude`],
  },
  codex: { name: '@openai/codex', version: '0.169.0', programs: ['.bin/codex'] },
  opencode: {
    name: 'opencode-ai',
    version: '1.18.33',
    programs: ['', '-baseline', '-musl', '-baseline-musl'].map((kind) => `opencode-${MACHINE}${kind}/bin/opencode`),
  },
  gemini: { name: '@google/gemini-cli', version: '0.61.0', programs: ['.bin/gemini'] },
};

const CACHE = process.env['CCCI_AGENT_CLIS'] ?? join(import.meta.dirname, '../../node_modules/.cache/agent-clis');
const INSTALL_LIMIT_MS = 300_000;
const ANSWER_LIMIT_MS = 30_000;
const attempts = new Map<string, InstalledCli>();

/**
 * Finds the program in the cache, or installs it there from the npm registry; blocks meanwhile. Never throws: what goes
 * wrong is in the answer, which is remembered for the life of this process.
 */
export function installCli(cli: AgentCli, version: string = AGENT_CLIS[cli].version): InstalledCli {
  const key = `${cli}@${version}`;
  const known = attempts.get(key) ?? findCli(cli, version) ?? installLocked(cli, version);
  attempts.set(key, known);
  return known;
}

/** Why tests of this program have to be skipped, for `skip`; false when it is there. In CI it throws instead: there everything runs. */
export function skipWithout(cli: AgentCli): string | false {
  const found = installCli(cli);
  if (!('missing' in found)) return false;
  if (process.env['CI']) throw new Error(found.missing);
  return found.missing;
}

/** The folder that has to be on the PATH of whoever starts the program. Throws when it is not installed. */
export function binFolderOf(cli: AgentCli, version?: string): string {
  const found = installCli(cli, version);
  if ('missing' in found) throw new Error(found.missing);
  return found.binFolder;
}

function folderOf(cli: AgentCli, version: string): string {
  return join(CACHE, `${cli}@${version}`);
}

function findCli(cli: AgentCli, version: string): InstalledCli | undefined {
  const binFolder = join(folderOf(cli, version), 'bin');
  return existsSync(join(binFolder, cli)) ? { binFolder, version } : undefined;
}

/** One installation at a time on this machine; the lock is the kernel's, so a killed installer leaves none. */
function installLocked(cli: AgentCli, version: string): InstalledCli {
  try {
    mkdirSync(CACHE, { recursive: true });
    const lock = new DatabaseSync(join(CACHE, 'lock.sqlite'));
    try {
      lock.exec(`PRAGMA busy_timeout=${INSTALL_LIMIT_MS}; BEGIN EXCLUSIVE`);
      return findCli(cli, version) ?? install(cli, version);
    } finally {
      lock.close();
    }
  } catch (error) {
    return { missing: missingText(cli, version, error instanceof Error ? error.message : String(error)) };
  }
}

/** Installs beside the final place and renames when all is there, so that half an installation is never found. */
function install(cli: AgentCli, version: string): InstalledCli {
  const scratch = mkdtempSync(join(CACHE, `.${cli}-`));
  try {
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
    const wanted = `${AGENT_CLIS[cli].name}@${version}`;
    run('npm', ['install', '--prefix', scratch, ...flags, wanted], INSTALL_LIMIT_MS);
    const program = AGENT_CLIS[cli].programs
      .map((path) => join(scratch, 'node_modules', path))
      .find((path) => existsSync(path) && answersWith(path, version));
    if (program === undefined) throw new Error(`none of its programs for ${MACHINE} answers to --version with it`);
    mkdirSync(join(scratch, 'bin'));
    symlinkSync(relative(join(scratch, 'bin'), program), join(scratch, 'bin', cli));
    const folder = folderOf(cli, version);
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
    return { binFolder: join(folder, 'bin'), version };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function answersWith(program: string, version: string): boolean {
  const home = mkdtempSync(join(CACHE, '.home-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, DISABLE_AUTOUPDATER: '1' };
  try {
    const answer = spawnSync(program, ['--version'], { env, encoding: 'utf8', timeout: ANSWER_LIMIT_MS });
    return answer.stdout.includes(version);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[], timeout: number): void {
  const { status, error, stderr } = spawnSync(program, [...args], { encoding: 'utf8', timeout });
  if (status === 0) return;
  const said = stderr.trim().split('\n').slice(0, 3).join('; ');
  throw new Error(`${program} ended with ${String(status ?? error?.message)}: ${said}`, { cause: error });
}

function missingText(cli: AgentCli, version: string, why: string): string {
  return `could not install ${cli} ${version} from npm: ${why}; run "node scripts/install-agent-clis.ts ${cli}" where the registry can be reached`;
}
