import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath, kill } from 'node:process';
import { PreconditionFailed } from '#api/errors.ts';
import { known, unknown } from '#api/fact.ts';
import { attemptFolder, FILES, isOwnerAlive, NOBODY, readOwner, readRun, takeAttempt } from './evidence-folder.ts';
import type { EvidenceReader, EvidenceRequest, EvidenceView, EvidenceWriter } from './evidence.ts';
import { removeTree } from './remove-tree.ts';
import { SUPERVISOR_URL } from './supervise.ts';
import { tidyRun } from './tidy-run.ts';

/** Runs on this machine: each in a process of its own, which goes on when this one ends. */
export function createEvidence(): { readonly reader: EvidenceReader; readonly writer: EvidenceWriter } {
  return { reader: { list: listRuns }, writer: { start: startRun, stop: stopRun, prune: pruneRuns } };
}

async function listRuns(root: string) {
  try {
    const runs: Record<string, EvidenceView> = {};
    for (const name of await namesIn(root)) {
      const view = await readRun(join(root, name));
      if (view !== undefined) runs[name] = view;
    }
    return known(runs);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return unknown('FileUnreadable', `could not read the runs in "${root}": ${said}`);
  }
}

// The folder of an attempt appears whole, by its rename. Its process then takes it, or nobody does: who starts the next
// attempt forbids this one to begin.
async function startRun(request: EvidenceRequest): Promise<void> {
  const { folder, attempt } = request;
  const before = await readRun(folder);
  const isNext = attempt === (before?.attempts ?? 0) + 1 && before?.state !== 'Running';
  if (!isNext) throw anotherAttempt(folder);
  if (before !== undefined) await takeAttempt(attemptFolder(folder, before.attempts), NOBODY);
  const now = await readRun(folder);
  if (now?.state === 'Running') throw anotherAttempt(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = join(folder, `.new-${randomBytes(6).toString('hex')}`);
  await mkdir(made, { mode: 0o700 });
  await writeFile(join(made, FILES.request), JSON.stringify(request), { mode: 0o600 });
  try {
    await rename(made, attemptFolder(folder, attempt));
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw new PreconditionFailed(`another attempt is at "${folder}"`, { cause: error });
  }
  await startSupervisor(attemptFolder(folder, attempt), request.environment);
}

async function startSupervisor(folder: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const program = 'import(process.argv[1]).then(({ supervise }) => supervise(process.argv[2]))';
  const child = spawn(execPath, ['--no-warnings', '--input-type=module', '-e', program, '--', SUPERVISOR_URL, folder], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: { ...(environment['PATH'] === undefined ? {} : { PATH: environment['PATH'] }) },
  });
  await once(child, 'spawn');
  child.unref();
}

async function stopRun(folder: string): Promise<void> {
  const view = await readRun(folder);
  if (view?.state !== 'Running') return;
  const attempt = attemptFolder(folder, view.attempts);
  if (await takeAttempt(attempt, NOBODY)) return;
  const owner = await readOwner(attempt);
  if (owner !== undefined && isOwnerAlive(owner)) kill(owner.pid, 'SIGTERM');
}

async function pruneRuns(root: string, limits: { most: number; keep: readonly string[] }): Promise<void> {
  const ended: { readonly name: string; readonly at: number }[] = [];
  for (const name of await namesIn(root)) {
    const view = await readRun(join(root, name));
    if (view?.state !== 'Running') ended.push({ name, at: (await stat(join(root, name))).mtimeMs });
  }
  ended.sort((a, b) => a.at - b.at);
  const surplus = ended.slice(0, Math.max(0, ended.length - limits.most));
  for (const { name } of surplus) {
    if (limits.keep.includes(name)) continue;
    await tidyRun(join(root, name));
    await removeTree(join(root, name));
  }
}

async function namesIn(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function anotherAttempt(folder: string): PreconditionFailed {
  return new PreconditionFailed(`another attempt is at "${folder}"`);
}
