import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createScratchGit, type ScratchGit } from '../support/git.ts';
import { eventually } from '../support/eventually.ts';
import { startPrivateTmux, type PrivateTmux } from '../support/tmux.ts';

/** How a command ended. */
export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** A controller that was started by a test. */
export type StartedController = {
  readonly pid: number;
  /** What it logged so far. */
  log(): string;
  /** Sends a signal and waits until it is gone; answers its exit code, or the signal. */
  end(signal: NodeJS.Signals): Promise<number | string>;
};

/** A rig of a test's own: a state directory, a tmux server, repositories and manifests, all in a temporary folder. */
export type CliRig = {
  readonly folder: string;
  readonly stateDir: string;
  readonly manifests: string;
  readonly tmux: PrivateTmux;
  readonly git: ScratchGit;
  /** Environment of the next ccci; may be changed. */
  readonly environment: Record<string, string>;
  /** Runs ccci to its end. */
  ccci(args: readonly string[], input?: string): Promise<Ended>;
  /** Starts a controller and waits until it has said so. */
  start(...args: readonly string[]): Promise<StartedController>;
  /** Writes a manifest into the folder of manifests. */
  write(name: string, text: string): Promise<void>;
  /** What is stored, read through the CLI; undefined when there is nothing. */
  get<T = string>(object: string, path: string): Promise<T>;
  /** The manifest of an agent whose program writes down what it gets: see `notes`. */
  agent(name: string, more?: string): string;
  /** What that program wrote down: its pids (one per start), the prompt of its last start, and the lines it read. */
  notes(name: string): Promise<{ pids: readonly number[]; prompt: string; lines: readonly string[] }>;
  end(): Promise<void>;
};

const CCCI = join(import.meta.dirname, '../../bin/ccci');

// Written down before anything else, so that a file with a pid means that the program runs.
const PROGRAM = `#!/bin/sh
cp "$CCCI_PROMPT_FILE" "$1.prompt"
echo $$ >>"$1.pids"
echo "ready $CCCI_AGENT"
while IFS= read -r line; do printf '%s\\n' "$line" >>"$1.lines"; done
`;

/** Makes the rig. Nothing of it outlives the test process. */
export async function createCliRig(): Promise<CliRig> {
  const tmux = await startPrivateTmux();
  const git = await createScratchGit();
  const { folder } = tmux;
  const stateDir = join(folder, 'state');
  const manifests = join(folder, 'manifests');
  const program = join(folder, 'agent.sh');
  await mkdir(manifests);
  await mkdir(join(folder, 'notes'));
  await writeFile(program, PROGRAM, { mode: 0o755 });
  const environment: Record<string, string> = {
    ...tmux.environment,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    CCCI_STATE_DIR: stateDir,
    CCCI_TMUX_SOCKET: tmux.socketPath,
    CCCI_TMUX_CONFIG: '/dev/null',
    ...(process.env['HOME'] === undefined
      ? {}
      : { NODE_COMPILE_CACHE: join(process.env['HOME'], '.cache/ccci/compile') }),
  };
  const started: ChildProcess[] = [];
  const ccci = (args: readonly string[], input?: string) => runCcci(args, { environment, cwd: folder, input });
  return {
    folder,
    stateDir,
    manifests,
    tmux,
    git,
    environment,
    ccci,
    start: async (...args) => startController(args, { environment, cwd: folder, started }),
    write: (name, text) => writeFile(join(manifests, name), text),
    get: async (object, path) => {
      const { code, out } = await ccci(['get', object, '-o', 'json']);
      return valueAt(code === 0 ? out : '{}', path) as never;
    },
    agent: (name, more = '') => agentManifest(name, { program, folder, more }),
    notes: (name) => readNotes(join(folder, 'notes', name)),
    end: async () => {
      for (const child of started) child.kill('SIGKILL');
      await tmux.end();
      await git.remove();
    },
  };
}

function agentManifest(name: string, at: { program: string; folder: string; more: string }): string {
  const notes = join(at.folder, 'notes', name);
  return `apiVersion: ccci.dev/v1alpha1
kind: Agent
metadata: { name: ${name} }
spec:
  mode: Loop
  workdir: ${JSON.stringify(join(at.folder, 'work', name))}
  backend: { type: command, command: [${JSON.stringify(at.program)}, ${JSON.stringify(notes)}] }
  restart: { backoff: { initial: 10ms, max: 20ms }, budget: { restarts: 100, per: 30m } }
${at.more === '' ? '  prompt: { inline: go }\n' : at.more}`;
}

function valueAt(json: string, path: string): unknown {
  return path
    .split('.')
    .reduce((at: unknown, step) => (at as Record<string, unknown> | undefined)?.[step], JSON.parse(json));
}

async function readNotes(path: string) {
  const read = async (kind: string) => readFile(`${path}.${kind}`, 'utf8').catch(() => '');
  const [pids, prompt, lines] = [await read('pids'), await read('prompt'), await read('lines')];
  return {
    pids: pids
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
    prompt,
    lines: lines.split('\n').filter((line) => line !== ''),
  };
}

type Call = { readonly environment: Readonly<Record<string, string>>; readonly cwd: string };

function runCcci(args: readonly string[], call: Call & { readonly input?: string | undefined }): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...call.environment }, cwd: call.cwd, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(CCCI, [...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(call.input ?? '');
  });
}

async function startController(
  args: readonly string[],
  { environment, cwd, started }: Call & { readonly started: ChildProcess[] },
): Promise<StartedController> {
  const child = spawn(CCCI, ['run', ...args], { env: { ...environment }, cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(child);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const gone = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? -1)),
  );
  await eventually('the controller starts', async () => {
    if (child.exitCode !== null) throw new Error(`the controller ended at once: ${log}`);
    return log.includes('controller started');
  });
  return {
    pid: child.pid ?? -1,
    log: () => log,
    end: async (signal) => {
      child.kill(signal);
      return gone;
    },
  };
}

/** True while a process with that pid runs; one that has ended and that nobody has asked for does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
