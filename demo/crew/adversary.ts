import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { commitAndPush, git, history, pull, push } from './git.ts';
import { readScope } from './scope.ts';
import type { Session } from './session.ts';
import type { Check, Work } from './work.ts';

const WAIT_MS = 20_000;

/** Where the Adversary works, on what, and where it puts cold checkouts. */
export type AdversaryTask = {
  readonly folder: string;
  readonly phase: string;
  readonly work: Work;
  readonly scratch: string;
};

/** Verifies the claims of one phase, each from a clone of its own that knows nothing but what was pushed. */
export async function disbelieve(task: AdversaryTask, session: Session): Promise<never> {
  for (;;) {
    await pull(task.folder);
    await push(task.folder);
    if (await answer(task, session)) continue;
    const message = await session.wait(WAIT_MS);
    session.say(message === undefined ? 'The time of my wait has come.' : 'A message: I look into git.');
  }
}

async function answer({ folder, phase, work, scratch }: AdversaryTask, session: Session): Promise<boolean> {
  const { claim, verdict } = readScope(await history(folder), work.scope);
  if (claim === undefined || verdict !== undefined) {
    session.say('No claim is open.');
    return false;
  }
  session.say(`Verifying ${claim.subject} from a cold clone of ${claim.sha.slice(0, 12)}.`);
  session.note('verifying', { sha: claim.sha });
  const found = await verify({
    work,
    sha: claim.sha,
    scratch,
    origin: await git(folder, 'remote', 'get-url', 'origin'),
  });
  await session.work('Trying to break it', 1000);
  const words = found === undefined ? 'PASS' : `FAIL ${found}`;
  await appendFile(join(folder, `REVIEW-${phase}.md`), `- ${claim.sha.slice(0, 12)} ${work.scope}: ${words}\n`);
  await commitAndPush(folder, `review(${work.scope}): ${words}`);
  session.say(`Answered ${work.scope}: ${words}.`);
  return true;
}

async function verify(at: { work: Work; sha: string; scratch: string; origin: string }): Promise<string | undefined> {
  const cold = await mkdtemp(join(at.scratch, 'cold-'));
  try {
    await git(cold, 'clone', '--quiet', at.origin, '.');
    await git(cold, 'checkout', '--quiet', at.sha);
    for (const check of at.work.checks) {
      const printed = await run(cold, check);
      const shown = printed.trimEnd().replaceAll('\n', ' / ');
      if (printed !== check.prints) return `for ${check.args.join(', ') || 'nobody'} it prints "${shown}"`;
    }
    return undefined;
  } finally {
    await rm(cold, { recursive: true, force: true });
  }
}

async function run(folder: string, { args, env = {} }: Check): Promise<string> {
  const { stdout } = await promisify(execFile)('./hello', [...args], { cwd: folder, env: { ...process.env, ...env } });
  return stdout;
}
