import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { checkOut } from './check-out.ts';
import { FILES, ownerOf, readRequest, takeAttempt, type EvidenceResult } from './evidence-folder.ts';
import type { EvidenceRequest } from './evidence.ts';
import { runCommand, type RunningCommand } from './run-command.ts';
import { createTailText } from './tail-text.ts';
import { makeTemporary, tidyRun } from './tidy-run.ts';
import { giveTo, unixUser } from './unix-user.ts';

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
  if (request === undefined || !(await takeAttempt(folder, ownerOf(process.pid)))) return;
  let running: RunningCommand | undefined;
  let isStopped = false;
  process.on('SIGTERM', () => {
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
  // An attempt before this one may have lost its process, but not its command.
  await tidyRun(dirname(folder));
  const temporary = await makeTemporary(folder);
  const user = request.runAs === undefined ? undefined : await unixUser(request.runAs);
  // Somebody else can not enter the state directory: everything that the command needs stands beside its temporary files.
  const base = user === undefined ? folder : temporary;
  const [home, checkout] = [join(base, 'home'), join(base, 'checkout')];
  const tail = createTailText(OUTPUT_BYTES);
  let written = Promise.resolve();
  const save = (): Promise<void> => writeWhole(join(folder, FILES.output), tail.text());
  const writing = setInterval(() => (written = written.then(save).catch(() => undefined)), WRITE_MS);
  try {
    await mkdir(home, { mode: 0o700 });
    const { mirror, sha, argv, timeoutMs, environment } = request;
    await checkOut({ mirror, sha, folder: checkout, environment, isWhole: user !== undefined });
    if (user !== undefined) await giveTo(user, temporary);
    const own = { ...environment, HOME: home, TMPDIR: temporary };
    const command = runCommand({
      argv,
      cwd: checkout,
      environment: own,
      timeoutMs,
      user,
      onOutput: (chunk) => tail.add(chunk),
    });
    onStart(command);
    return await command.ended;
  } finally {
    clearInterval(writing);
    await written.then(save);
    await tidyRun(dirname(folder));
  }
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.tmp`, content, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}
