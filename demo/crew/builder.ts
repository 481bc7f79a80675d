import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { commitAndPush, git, history, pull, push } from './git.ts';
import { readScope } from './scope.ts';
import type { Session } from './session.ts';
import type { Work } from './work.ts';

const WAIT_MS = 20_000;

/** Where the Builder works and on what. */
export type BuilderTask = { readonly folder: string; readonly phase: string; readonly work: Work };

/** Builds one phase: looks into git what is done already, does the next step, and waits for the verdict when there is none left. */
export async function build(task: BuilderTask, session: Session): Promise<never> {
  for (;;) {
    await pull(task.folder);
    await push(task.folder);
    if (await step(task, session)) continue;
    const message = await session.wait(WAIT_MS);
    session.say(message === undefined ? 'The time of my wait has come.' : 'A message: I look into git.');
  }
}

// Answers true when there is more to do at once.
async function step(task: BuilderTask, session: Session): Promise<boolean> {
  const { folder, work, phase } = task;
  const commits = await history(folder);
  const { claim, claims, verdict } = readScope(commits, work.scope);
  const status = await readFile(join(folder, `STATUS-${phase}.md`), 'utf8').catch(() => '');
  if (status.includes('\n## DONE')) {
    session.say(`Phase ${phase} is done.`);
    return false;
  }
  if (claim !== undefined && verdict === undefined) {
    session.say(`${claim.subject} waits for its verdict.`);
    return false;
  }
  if (verdict === 'PASS') return finish(task, session);
  const subject = claims === 0 ? `feat(${work.scope}): ${work.claim}` : `fix(${work.scope}): keep names whole`;
  if (commits.some((commit) => commit.subject === subject)) session.say(`"${subject}" is in git already.`);
  else await write(task, subject, { session, claims });
  await session.work('Trying it once more', 1000);
  await git(folder, 'pull', '--quiet', '--rebase', 'origin', 'main');
  await commitAndPush(folder, `claim(${work.scope}): ${work.claim}`);
  session.say(`Claimed ${work.scope}.`);
  return true;
}

async function write(
  { folder, work, phase }: BuilderTask,
  subject: string,
  { session, claims }: { session: Session; claims: number },
): Promise<void> {
  await session.work(`Writing ${work.scope}`, 750);
  const program = join(folder, 'hello');
  await writeFile(program, work.program(claims));
  await chmod(program, 0o755);
  await writeFile(join(folder, `STATUS-${phase}.md`), `# Phase ${phase}\n\n${work.claim}: being built\n`);
  await commitAndPush(folder, subject);
  session.say(`Pushed "${subject}".`);
}

async function finish({ folder, work, phase }: BuilderTask, session: Session): Promise<boolean> {
  await writeFile(
    join(folder, `STATUS-${phase}.md`),
    `# Phase ${phase}\n\n## DONE\n\n${work.claim}; ${work.scope} has passed.\n`,
  );
  await commitAndPush(folder, `status(${phase}): done`);
  session.say(`Wrote ## DONE into STATUS-${phase}.md.`);
  return true;
}
