import { KINDS, type Kind } from '#api/kind.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { Observation } from '#observe/observation.ts';
import { observe } from '#observe/observe.ts';
import { keyOf, withStatus, type ObjectSet } from '#observe/object-set.ts';
import type { Look } from '#observe/readers.ts';
import { checkPlan } from '#plan/check-plan.ts';
import { phaseChanges, type PhaseChange } from '#plan/phase/phase-changes.ts';
import { planObject } from '#plan/plan-object.ts';
import type { Plan } from '#plan/plan.ts';
import { summarize } from '#status/summarize.ts';

import type { ReconcileTools } from './reconcile.ts';

/** What would be done, and what could not be observed. */
export type Forecast = {
  readonly plans: readonly Plan[];
  readonly refused: readonly string[];
  /** What becomes of the phases. */
  readonly phases: readonly PhaseChange[];
  /** Facts that stayed unknown, by key: nothing may be concluded about these. */
  readonly unknown: Readonly<Record<string, string>>;
};

/**
 * The pipeline stopped after plan, over everything: nothing is changed. Planned status is handed on from kind to kind,
 * so that consequences show too. `objects` are those of the store unless others are given.
 */
export async function planEverything(tools: ReconcileTools, given?: ObjectSet): Promise<Forecast> {
  let objects = given ?? (await tools.load()).objects;
  const plans: Plan[] = [];
  const refused: string[] = [];
  const unknown: Record<string, string> = {};
  const phases: PhaseChange[] = [];
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const planned: AnyObject[] = [];
    for (const { object, seen } of await observeAll(objects.all(kind), { readers: tools.readers, objects })) {
      const moment = { wallMs: tools.readers.now().wallMs, id: tools.newId() };
      const plan = planObject(object, seen, moment);
      refused.push(...checkPlan(plan, seen).map(({ message }) => message));
      plans.push(plan);
      const why = unknownFact(seen);
      if (why !== undefined) unknown[keyOf(object)] = why;
      const status = summarize({ object, seen, plan, outcomes: [], moment });
      const after = withStatus(object, status);
      if (object.kind === 'Sequence' && after.kind === 'Sequence' && after.status !== undefined)
        phases.push(...phaseChanges(object.metadata.name, object.status, after.status));
      planned.push(after);
    }
    objects = objects.with(planned);
  }
  return { plans, refused, unknown, phases };
}

/** Objects of one kind are looked at together, but not all of a large crew at once: each look may start programs. */
const AT_ONCE = 8;

async function observeAll(all: readonly AnyObject[], look: Look) {
  const looked: { readonly object: AnyObject; readonly seen: Observation }[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    looked.push(...(await Promise.all(some.map(async (object) => ({ object, seen: await observe(object, look) })))));
  }
  return looked;
}

function unknownFact(seen: Awaited<ReturnType<typeof observe>>): string | undefined {
  const facts =
    seen.kind === 'Agent' ? [seen.tmux, seen.process] : seen.kind === 'VirtualMachine' ? [seen.instance] : [];
  const [first] = facts.filter(({ state }) => state === 'unknown');
  return first?.state === 'unknown' ? `${first.reason}: ${first.message}` : undefined;
}
