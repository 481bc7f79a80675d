import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { AgentObject } from '#api/agent.ts';
import { known } from '#api/fact.ts';
import { toIso } from '#api/time.ts';
import { isBetweenTurns } from '#backends/agent-state.ts';
import { launchRecord } from '#plan/agent/launch.ts';
import { planAgent } from '#plan/plan-agent.ts';
import type { Plan } from '#plan/plan.ts';

import { agentOf, caseOf, paneOf, processOf, RIG, seenOf } from '../../../support/plan-input.ts';
import {
  passed,
  readRecordings,
  replay,
  type Recording,
  type ReplayedLook,
} from '../../../support/recordings/replay.ts';

// Bounds so short that every recording outlasts them: who is judged by time alone is restarted here.
const LIVENESS = { stallAfter: '1s', wedgedAfter: '3s', stepTimeout: '1s', maxWait: '100h', grace: '1s' };
const spec = { backend: { type: 'claude' }, prompt: { inline: 'Build it.' }, liveness: LIVENESS };

type Step = { readonly look: ReplayedLook; readonly plan: Plan; readonly stall: string | undefined };

/** Plans at each look, and keeps of the stall's rungs what status would. */
function follow(looks: readonly ReplayedLook[]): readonly Step[] {
  let stall: { step: 'Nudged' | 'Interrupted'; since: string; stepAt: string } | undefined;
  return looks.map((look) => {
    const plan = planAgent(agentAt(look, stall), seenAt(look), { wallMs: look.nowMs, id: `m${look.atMs}` });
    const at = toIso(look.nowMs);
    const isStall = [...plan.actions, ...plan.waiting].some(({ reason }) => reason === 'StalledNoMarker');
    if (plan.actions.some(({ type }) => type === 'Interrupt')) stall = { step: 'Interrupted', since: at, stepAt: at };
    else if (isStall) stall ??= { step: 'Nudged', since: at, stepAt: at };
    else stall = undefined;
    return { look, plan, stall: stall?.step };
  });
}

function agentAt({ nowMs }: ReplayedLook, stall: object | undefined): AgentObject {
  const launch = launchRecord(caseOf(agentOf({ spec }), seenOf()));
  const startedAt = toIso(nowMs - 600_000);
  return agentOf({
    spec,
    status: { incarnation: 'inc1', startedAt, launch, ...(stall === undefined ? {} : { stall }) },
  });
}

function seenAt({ log, screen, state, activity }: ReplayedLook) {
  const launch = launchRecord(caseOf(agentOf({ spec }), seenOf()));
  const marks = { rig: RIG.id, agent: 'builder', incarnation: 'inc1', launch: JSON.stringify(launch) };
  return seenOf({
    pane: paneOf({ marks }),
    process: known(processOf()),
    screen: known(screen),
    signals: known(log),
    state,
    ...(activity === undefined ? {} : { activity }),
  });
}

function actions(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ plan }) => plan.actions.map(({ type }) => type));
}

for (const recording of readRecordings('claude')) {
  describe(`a recording of ${recording.title}`, () => {
    test('passes through its states in order', () => {
      const names = passed(replay('claude', recording));
      let at = -1;
      for (const name of recording.passes) {
        at = names.indexOf(name, at + 1);
        assert.ok(at >= 0, `${recording.passes.join(', ')} in ${names.join(', ')}`);
      }
    });

    test('ends with a state that signals and screen agree on, without a contradiction', () => {
      const last = replay('claude', recording).at(-1)?.state;
      assert.deepEqual([last?.source, last?.contradiction], ['Both', undefined]);
    });

    for (const hears of [true, false]) {
      test(`restarts nobody in mid-turn, ${hears ? 'with' : 'without'} its signals`, () =>
        checkTurns(recording, hears));
    }
  });
}

function checkTurns(recording: Recording, hears: boolean): void {
  const steps = follow(replay('claude', recording, { hears }));
  const midTurn = steps.filter(({ look }) => !isBetweenTurns(look.state) && isMoving(look));
  const ended = actions(midTurn).filter((type) => type === 'StopSession' || type === 'CreateSession');
  assert.deepEqual(
    ended,
    [],
    'a turn that goes on, or a state that a person or the clock ends, is no reason to restart',
  );
}

// A turn in which nothing has moved for all of `wedgedAfter` is the one that may be ended.
function isMoving({ activity }: ReplayedLook): boolean {
  return (activity?.quietMs ?? 0) < 3000;
}

describe('what the recordings show about quiet', () => {
  const looksOf = (name: string) => {
    const recording = readRecordings('claude').find((one) => one.name === name) ?? assert.fail(`no recording ${name}`);
    return replay('claude', recording);
  };
  const longestQuiet = (name: string) =>
    Math.max(
      ...looksOf(name).flatMap(({ state, activity }) => (state.state === 'Busy' ? [activity?.quietMs ?? 0] : [])),
    );

  test('a spinner over a dead stream is no sign of life', () => {
    assert.ok(longestQuiet('silent-stream') > 8000);
  });

  test('a dead stream climbs the ladder: nudge, interrupt, restart', () => {
    const climbed = actions(follow(looksOf('silent-stream'))).filter((type, index, all) => type !== all[index - 1]);
    assert.deepEqual(climbed.slice(0, 4), ['CreateDelivery', 'Interrupt', 'StopSession', 'CreateSession']);
  });

  test('a tool that prints nothing and uses nothing is alive while its process is', () => {
    assert.ok(longestQuiet('tool-then-wait') < 1000);
  });

  test('the reset of a usage limit is known to the second', () => {
    const limited = looksOf('usage-limit').at(-1)?.state;
    assert.equal(limited?.state, 'UsageLimited');
    assert.ok(limited?.untilMs !== undefined || limited?.resetText !== undefined);
  });
});
