import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AgentProcess } from '../support/agent-watch.ts';
import type { KillableController } from '../support/killable-controller.ts';
import { crewManifests } from '../support/pipeline-manifests.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';

const DONE = '# Status\n\n## DONE\n';
const CREW = ['builder', 'adversary'] as const;
/** As many as fit into a few minutes; where they begin is drawn anew each time, so that many runs leave no gap. */
const LIVES = 20;
const OFFSET = Math.random();
const GOAL_MS = 45_000;

/** One turn of a crew's life: what happens to it, and what has to be true when the controller was killed on the way. */
type Stage = {
  readonly name: string;
  begin(life: Life): Promise<void>;
  reached(life: Life): Promise<boolean>;
  /** Agents that this turn leaves alone: the same process before and after. */
  readonly keeps: readonly (typeof CREW)[number][];
};

type Life = { readonly rig: PipelineRig; readonly bare: string; claim: string; before: Map<string, AgentProcess> };

const STAGES: readonly Stage[] = [
  {
    name: 'first start',
    keeps: [],
    begin: async ({ rig, bare }) => rig.apply(...crewManifests(rig, bare)),
    reached: async ({ rig }) => CREW.every((name) => rig.agents.main(name) !== undefined) && (await areReady(rig)),
  },
  {
    name: 'hand-off of a claim',
    keeps: CREW,
    begin: async (life) => {
      life.claim = await life.rig.git.commitTo(life.bare, { subject: 'claim(login): it works' });
    },
    reached: async ({ rig, claim }) => has(await rig.notes('adversary'), 'heard', claim),
  },
  {
    name: 'restart after a death',
    keeps: ['builder'],
    begin: async ({ before }) => void process.kill(before.get('adversary')?.pid ?? 0, 'SIGKILL'),
    reached: async ({ rig, before }) => isAnother(rig, 'adversary', before) && (await areReady(rig)),
  },
  {
    name: 'next phase',
    keeps: [],
    begin: async ({ rig, bare }) => {
      const files = { 'STATUS-1.md': DONE };
      await rig.git.commitTo(bare, { subject: 'review(login): PASS', files });
    },
    reached: async ({ rig, before }) =>
      CREW.every((name) => isAnother(rig, name, before)) && (await areIn(rig, '2')) && (await areReady(rig)),
  },
  {
    name: 'end of the sequence',
    keeps: [],
    begin: async ({ rig, bare }) => {
      await rig.git.commitTo(bare, { subject: 'claim(more): all of it' });
      await rig.git.commitTo(bare, { subject: 'review(more): PASS', files: { 'STATUS-2.md': DONE } });
    },
    reached: async ({ rig }) =>
      rig.agents.all().length === 0 && (await rig.condition('Sequence/main', 'Ready'))?.status === 'True',
  },
];

describe('a crew whose controller is killed', { concurrency: 3 }, () => {
  for (let life = 0; life < LIVES; life += 1) {
    const part = (life + OFFSET) / LIVES;
    test(`at ${(100 * part).toFixed(1)} % of each turn of its life comes to its end all the same`, () =>
      withRig(async (rig) => {
        const at: Life = { rig, bare: await makeRepository(rig), claim: '', before: new Map() };
        let controller = await rig.spawn();
        for (const stage of STAGES) controller = await liveThrough(stage, at, { controller, part });
        const restarts = (await rig.notes('builder')).filter((line) => line.startsWith('start')).length;
        assert.equal(restarts, 2, 'the builder is started once per phase, whatever happens to the controller');
        const heard = (await rig.notes('adversary')).filter((line) => has([line], 'heard', at.claim));
        const hearers = heard.map((line) => line.split(' ')[1]);
        assert.deepEqual(hearers, [...new Set(hearers)], 'what stands on the screen is not typed again');
        const { recent = [] } = ((await rig.status('Agent/builder'))['restarts'] ?? {}) as {
          recent?: readonly object[];
        };
        const counted = recent.filter((each) => 'counted' in each && each.counted === true);
        assert.deepEqual(counted, [], 'the end of a phase is no death of the builder, however it is cut in two');
      }));
  }

  test('at random moments again and again loses no claim and touches no agent', () =>
    withRig(async (rig) => {
      const bare = await makeRepository(rig);
      await rig.apply(...crewManifests(rig, bare));
      await rig.spawn();
      await rig.until('the crew is ready', () => areReady(rig), GOAL_MS);
      const before = CREW.map((name) => rig.agents.main(name));
      const claims: string[] = [];
      for (let round = 0; round < 20; round += 1) {
        claims.push(await rig.git.commitTo(bare, { subject: `claim(scope-${String(round)}): it works` }));
        await sleep(Math.random() * 1500);
        await rig.kill();
        await rig.spawn();
      }
      await rig.until(
        'every claim has been heard',
        async () => {
          const notes = await rig.notes('adversary');
          return claims.every((claim) => has(notes, 'heard', claim));
        },
        GOAL_MS,
      );
      assert.deepEqual(
        CREW.map((name) => rig.agents.main(name)),
        before,
      );
    }));
});

/** How many steps a turn takes when nothing happens; measured once. */
const measured = new Map<string, Promise<number>>();

async function liveThrough(
  stage: Stage,
  life: Life,
  { controller, part }: { controller: KillableController; part: number },
): Promise<KillableController> {
  const { rig } = life;
  life.before = new Map(CREW.flatMap((name) => pairOf(name, rig.agents.main(name))));
  const steps = await stepsOf(stage);
  controller.killAfter(1 + Math.floor(part * steps));
  await stage.begin(life);
  await rig.until(
    `${stage.name}: killed, or done with fewer steps`,
    async () => !controller.isAlive() || stage.reached(life),
    GOAL_MS,
  );
  await rig.kill();
  const next = await rig.spawn();
  await rig.until(`${stage.name}, after a kill`, () => stage.reached(life), GOAL_MS);
  for (const name of stage.keeps)
    assert.deepEqual(rig.agents.main(name), life.before.get(name), `${stage.name}: ${name}`);
  return next;
}

async function stepsOf(stage: Stage): Promise<number> {
  if (measured.size === 0) {
    const all = measureAll();
    for (const { name } of STAGES)
      measured.set(
        name,
        all.then((counts) => counts.get(name) ?? 1),
      );
  }
  return (await measured.get(stage.name)) ?? 1;
}

async function measureAll(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  await withRig(async (rig) => {
    const life: Life = { rig, bare: await makeRepository(rig), claim: '', before: new Map() };
    const controller = await rig.spawn();
    for (const stage of STAGES) {
      const before = await controller.steps();
      life.before = new Map(CREW.flatMap((name) => pairOf(name, rig.agents.main(name))));
      await stage.begin(life);
      await rig.until(stage.name, () => stage.reached(life), GOAL_MS);
      counts.set(stage.name, (await controller.steps()) - before);
    }
  });
  return counts;
}

async function makeRepository(rig: PipelineRig): Promise<string> {
  const bare = await rig.git.bare('code.git');
  await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
  return bare;
}

async function areReady(rig: PipelineRig): Promise<boolean> {
  const conditions = await Promise.all(CREW.map((name) => rig.condition(`Agent/${name}`, 'Ready')));
  return conditions.every((each) => each?.status === 'True');
}

async function areIn(rig: PipelineRig, phase: string): Promise<boolean> {
  const notes = await Promise.all(CREW.map((name) => rig.notes(name)));
  return notes.every((lines) => lines.some((line) => line.startsWith('start') && line.includes(`phase=${phase} `)));
}

function isAnother(rig: PipelineRig, name: string, before: ReadonlyMap<string, AgentProcess>): boolean {
  const now = rig.agents.main(name);
  return now !== undefined && now.incarnation !== before.get(name)?.incarnation;
}

function has(notes: readonly string[], what: string, sha: string): boolean {
  return notes.some((line) => line.startsWith(what) && line.includes(sha.slice(0, 12)));
}

function pairOf(name: string, process: AgentProcess | undefined): readonly (readonly [string, AgentProcess])[] {
  return process === undefined ? [] : [[name, process]];
}
