import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createFileStore } from '#store/file-store.ts';
import { isUnreadable, type JsonObject, type Store } from '#store/store.ts';

import { startRig, type Rig } from '../stage/rig.ts';
import { rowOf, type Row } from '../stage/stats.ts';

const AGENT = 'victim';
const STALL_AFTER_MS = 2000;
const LIMIT_MS = 15_000;
const LOOK_MS = 4;

/** One state that the double is brought into, and how status tells it. */
type Cue = {
  readonly name: string;
  readonly screen: string;
  readonly event: string;
  readonly payload?: object;
  readonly shows: (status: JsonObject) => boolean;
  readonly goal: { readonly median: number };
  readonly remark: string;
};

const LIMIT = "You've hit your session limit · resets 5:44pm (UTC)";

const CUES: readonly Cue[] = [
  {
    name: 'turn begins -> Busy',
    screen: 'busy-streaming',
    event: 'UserPromptSubmit',
    shows: is('Busy'),
    goal: { median: 1000 },
    remark: 'signal',
  },
  {
    name: 'usage limit -> UsageLimited',
    screen: 'usage-limit-after-wait-chosen',
    event: 'StopFailure',
    payload: { error: 'rate_limit', last_assistant_message: LIMIT },
    shows: is('UsageLimited'),
    goal: { median: 1000 },
    remark: 'signal',
  },
  {
    name: 'permission asked -> AwaitingInput',
    screen: 'permission-prompt-bash',
    event: 'PermissionRequest',
    payload: { tool_name: 'Bash' },
    shows: is('AwaitingInput'),
    goal: { median: 2000 },
    remark: 'signal',
  },
  {
    name: 'dialog without a hook -> AwaitingInput',
    screen: 'resume-picker',
    event: 'none',
    shows: is('AwaitingInput'),
    goal: { median: 2000 },
    remark: 'screen only',
  },
];

const REST = {
  screen: 'idle-first-turn-after-onboarding',
  event: 'Stop',
  payload: { last_assistant_message: 'Done.' },
};

/** How long it takes from what a program says or shows until status tells it. */
export async function measureDetect(rounds: number): Promise<readonly Row[]> {
  const rig = await startRig({ agents: [AGENT], double: { stallAfter: `${STALL_AFTER_MS}ms` } });
  const store = createFileStore(rig.places.stateDir);
  const stage = { rig, store };
  try {
    const rows: Row[] = [];
    for (const cue of CUES) rows.push(await measureCue(stage, cue, rounds));
    rows.push(await measureStall(stage, Math.ceil(rounds / 4)), await measureDeath(stage, rounds));
    return rows;
  } finally {
    await store.close();
    await rig.end();
  }
}

type Stage = { readonly rig: Rig; readonly store: Store };

async function measureCue(stage: Stage, cue: Cue, rounds: number): Promise<Row> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await rest(stage);
    await sleep(Math.random() * 700);
    const startedMs = await play(stage, cue);
    values.push((await until(stage, cue.name, cue.shows)) - startedMs);
  }
  return rowOf(cue.name, values, { unit: 'ms', goal: cue.goal, remark: cue.remark });
}

// The verdict is the first rung of the ladder; what is measured is how late it comes.
async function measureStall(stage: Stage, rounds: number): Promise<Row> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await play(stage, CUES[0] ?? REST);
    await until(stage, 'busy', (status) => status['stall'] === undefined && is('Busy')(status));
    const startedMs = await play(stage, REST);
    const seenMs = await until(stage, 'stalled', (status) => status['stall'] !== undefined);
    values.push(Math.max(0, seenMs - startedMs - STALL_AFTER_MS));
  }
  const remark = `beyond stallAfter, ${STALL_AFTER_MS} ms`;
  return rowOf('idle without a marker -> stalled', values, { unit: 'ms', goal: { median: 1000 }, remark });
}

async function measureDeath(stage: Stage, rounds: number): Promise<Row> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await sleep(300 + Math.random() * 300);
    const before = await statusOf(stage);
    const pid = (before['session'] as { readonly panePid: number }).panePid;
    const startedMs = Date.now();
    process.kill(pid, 'SIGKILL');
    // The intent to start it again is on disk before anything is done about it.
    const isNoticed = ({ exitedIncarnation, operation, incarnation }: JsonObject) =>
      exitedIncarnation === before['incarnation'] || operation !== undefined || incarnation !== before['incarnation'];
    values.push((await until(stage, 'dead', isNoticed)) - startedMs);
    await until(stage, 'alive again', (status) => {
      const session = status['session'] as { readonly panePid?: number } | undefined;
      return session?.panePid !== undefined && session.panePid !== pid;
    });
  }
  return rowOf('killed process -> status tells its end', values, {
    unit: 'ms',
    goal: { median: 200 },
    remark: 'kernel',
  });
}

async function rest(stage: Stage): Promise<void> {
  await play(stage, REST);
  await until(stage, 'idle', is('Idle'));
}

// Writing to the FIFO returns when the double has opened it: from then on it is a matter of microseconds.
async function play({ rig }: Stage, { screen, event, payload = {} }: Omit<Cue, 'name' | 'shows' | 'goal' | 'remark'>) {
  const startedMs = Date.now();
  writeFileSync(join(rig.places.folder, 'notes', `${AGENT}.cues`), `${screen} ${event} ${JSON.stringify(payload)}\n`);
  return startedMs;
}

async function until(stage: Stage, what: string, holds: (status: JsonObject) => boolean): Promise<number> {
  for (const giveUpMs = Date.now() + LIMIT_MS; Date.now() < giveUpMs; await sleep(LOOK_MS)) {
    if (holds(await statusOf(stage))) return Date.now();
  }
  const status = JSON.stringify(await statusOf(stage)).slice(0, 2000);
  throw new Error(`status did not tell "${what}" within ${LIMIT_MS} ms; it says ${status}`);
}

async function statusOf({ store }: Stage): Promise<JsonObject> {
  const object = await store.get(`Agent/${AGENT}`);
  return object === undefined || isUnreadable(object) ? {} : (object.status ?? {});
}

function is(name: string): (status: JsonObject) => boolean {
  return ({ state }) => (state as { readonly name?: string } | undefined)?.name === name;
}
