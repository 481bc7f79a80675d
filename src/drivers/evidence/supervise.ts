import { mkdir, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { on, pid } from 'node:process';
import { checkOut } from './check-out.ts';
import { endLeftovers } from './end-leftovers.ts';
import { FILES, ownerOf, readRequest, takeAttempt, type EvidenceResult } from './evidence-folder.ts';
import type { EvidenceRequest } from './evidence.ts';
import { removeTree } from './remove-tree.ts';
import { runCommand, type RunningCommand } from './run-command.ts';
import { createTailText } from './tail-text.ts';

/** Address of this module, for the program that runs it in a process of its own. */
export const SUPERVISOR_URL = import.meta.url;

/** How much of the output is kept. */
const OUTPUT_BYTES = 256 * 1024;
const WRITE_MS = 2000;

/**
 * Carries out one attempt, in a process that does nothing else: takes it, checks the commit out, runs the command, and
 * writes down what it came to. Does nothing when the attempt belongs to somebody already.
 */
export async function supervise(folder: string): Promise<void> {
  const request = await readRequest(folder);
  if (request === undefined || !(await takeAttempt(folder, ownerOf(pid)))) return;
  let running: RunningCommand | undefined;
  let isStopped = false;
  on('SIGTERM', () => {
    isStopped = true;
    running?.stop();
  });
  const result = await attempt(folder, request, (command) => {
    running = command;
    if (isStopped) command.stop();
  }).catch((error: unknown): EvidenceResult => ({
    state: 'Lost',
    said: error instanceof Error ? error.message : String(error),
  }));
  await writeWhole(join(folder, FILES.result), JSON.stringify(result));
}

async function attempt(
  folder: string,
  request: EvidenceRequest,
  onStart: (command: RunningCommand) => void,
): Promise<EvidenceResult> {
  await tidy(dirname(folder));
  const [home, checkout] = [join(folder, 'home'), join(folder, 'checkout')];
  // Paths of sockets have to be short, so this folder is not among the others.
  const temporary = await mkdtemp(join(tmpdir(), 'ccci-evidence-'));
  const tail = createTailText(OUTPUT_BYTES);
  const write = (): Promise<void> => writeWhole(join(folder, FILES.output), tail.text());
  const writing = setInterval(() => void write().catch(() => undefined), WRITE_MS);
  try {
    await mkdir(home, { mode: 0o700 });
    const { mirror, sha, argv, timeoutMs, environment } = request;
    await checkOut({ mirror, sha, folder: checkout, environment });
    const own = { ...environment, HOME: home, TMPDIR: temporary };
    const command = runCommand({
      argv,
      cwd: checkout,
      environment: own,
      timeoutMs,
      onOutput: (chunk) => tail.add(chunk),
    });
    onStart(command);
    return await command.ended;
  } finally {
    clearInterval(writing);
    endLeftovers(home);
    await write();
    await removeTree(temporary);
    await removeTree(checkout);
    await removeTree(home);
  }
}

// An attempt before this one may have lost its process, but not its command.
async function tidy(run: string): Promise<void> {
  endLeftovers(run);
  for (const name of await readdir(run)) {
    await removeTree(join(run, name, 'checkout'));
    await removeTree(join(run, name, 'home'));
  }
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.tmp`, content, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}
