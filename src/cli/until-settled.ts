import { setTimeout as sleep } from 'node:timers/promises';

import { planEverything } from '#controller/plan-everything.ts';
import type { RunningController } from '#controller/run-controller.ts';
import type { World } from '#controller/world.ts';
import { isRoutine } from '#plan/render-plan.ts';
import { isUnreadable, type StoredObject } from '#store/store.ts';

import { conditionOf, standingOf } from './conditions-of.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import type { Terminal } from './terminal.ts';

/** What is settled, and how long that may take. */
export type Settling = {
  readonly world: World;
  readonly running: RunningController;
  readonly ended: AbortSignal;
  readonly timeoutMs: number;
};

const LOOK_MS = 150;

/** Works until nothing is left to do or the time is over. Ok when every object is settled; says which are not. */
export async function untilSettled(settling: Settling, terminal: Terminal): Promise<ExitCode> {
  const deadlineMs = performance.now() + settling.timeoutMs;
  let quiet = 0;
  while (quiet < 2 && !settling.ended.aborted && performance.now() < deadlineMs) {
    await sleep(LOOK_MS);
    quiet = (await isQuiet(settling)) ? quiet + 1 : 0;
  }
  const open = (await settling.world.store.list()).flatMap((object) => {
    if (isUnreadable(object)) return [`${written(`${object.kind}/${object.name}`)}: ${object.unreadable}`];
    return standingOf(object) === 'Settled' ? [] : [openLine(object)];
  });
  for (const line of open) terminal.err(`${printable(line)}\n`);
  if (settling.ended.aborted) terminal.err('error: ended before everything was settled\n');
  return open.length === 0 && !settling.ended.aborted ? EXIT.ok : EXIT.failed;
}

async function isQuiet({ world, running }: Settling): Promise<boolean> {
  if (!running.controller.isIdle()) return false;
  const { plans } = await planEverything(world.tools);
  const isDone = plans.every(({ actions }) => actions.every(isRoutine));
  return isDone && running.controller.isIdle();
}

function openLine(object: StoredObject): string {
  const ready = conditionOf(object, 'Ready');
  const why = ready === undefined ? 'not looked at yet' : `${ready.reason}: ${ready.message}`;
  return `${written(`${object.kind}/${object.metadata.name}`)}: ${why}`;
}
