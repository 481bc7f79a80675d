import type { AnyObject } from '#api/kinds.ts';
import type { Observation } from '#observe/observation.ts';
import { observe } from '#observe/observe.ts';
import { checkPlan } from '#plan/check-plan.ts';
import { planObject } from '#plan/plan-object.ts';
import type { Plan } from '#plan/plan.ts';

import { rowOf, type Row } from '../stage/stats.ts';
import { worldInMemory } from '../stage/world-in-memory.ts';

const OBJECTS = 1000;

/** Plans and checks 1,000 observed objects; and, for comparison, what observing them in memory takes before that. */
export async function measurePlan(rounds: number): Promise<readonly Row[]> {
  const { objects, readers } = worldInMemory(OBJECTS);
  const planning: number[] = [];
  const observing: number[] = [];
  for (let round = -5; round < rounds; round += 1) {
    const startedMs = performance.now();
    const seen: (readonly [AnyObject, Observation])[] = [];
    for (const object of objects.every()) seen.push([object, await observe(object, { readers, objects })]);
    const observedMs = performance.now();
    seen.forEach(([object, observation]) => planOne(object, observation, readers.now().wallMs));
    const plannedMs = performance.now();
    if (round >= 0) {
      planning.push(plannedMs - observedMs);
      observing.push(observedMs - startedMs);
    }
  }
  const goal = { median: 50 };
  return [
    rowOf('plan of 1,000 objects in memory', planning, { unit: 'ms', goal, remark: 'plan and its checks' }),
    rowOf('  observing them in memory', observing, { unit: 'ms', goal: undefined, remark: 'before that' }),
  ];
}

function planOne(object: AnyObject, seen: Observation, wallMs: number): Plan {
  const plan = planObject(object, seen, { wallMs, id: '00000000' });
  const [finding] = checkPlan(plan, seen);
  if (finding !== undefined) throw new Error(`planned something that its own check refuses: ${finding.message}`);
  return plan;
}
