import { act } from '#act/act.ts';
import type { Outcome } from '#act/outcome.ts';
import type { Writers } from '#act/writers.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { Observation } from '#observe/observation.ts';
import { observe } from '#observe/observe.ts';
import type { Readers } from '#observe/readers.ts';
import { checkPlan } from '#plan/check-plan.ts';
import { planObject } from '#plan/plan-object.ts';
import type { Plan } from '#plan/plan.ts';
import { eventsOf } from '#status/events-of.ts';
import type { Pass } from '#status/pass.ts';
import { summarizeDeliveries } from '#status/summarize-deliveries.ts';
import { intend, summarize } from '#status/summarize.ts';

import type { Loaded } from './object-cache.ts';
import { StatusRecorder } from './status-recorder.ts';

/** What one pass needs. */
export type ReconcileTools = {
  readonly readers: Readers;
  readonly writers: Writers;
  readonly load: () => Promise<Loaded>;
  /** Fresh random identity, hex. */
  readonly newId: () => string;
};

/** How a pass ended. `changed`: keys whose stored status this pass changed. */
export type PassResult = {
  readonly plan: Plan | undefined;
  readonly outcomes: readonly Outcome[];
  readonly requeueAfterMs: number | undefined;
  readonly changed: readonly string[];
};

/** How long until a refused plan is made anew, in ms. */
const REFUSED_MS = 15_000;

const NOTHING: PassResult = { plan: undefined, outcomes: [], requeueAfterMs: undefined, changed: [] };

/** The pipeline for one key: load, observe, plan, intent, act, status. The same code for every kind and every cause. */
export async function reconcile(key: string, tools: ReconcileTools): Promise<PassResult> {
  const { objects, stored } = await tools.load();
  const object = objects.byKey(key);
  const record = stored.get(key);
  if (object === undefined || record === undefined) return NOTHING;
  const seen = await observe(object, { readers: tools.readers, objects });
  const moment = { wallMs: tools.readers.now().wallMs, id: tools.newId() };
  const plan = lawful(planObject(object, seen, moment), seen);
  const recorder = new StatusRecorder(record, tools.writers.store);
  const outcomes = await carryOut({ object, seen, plan, outcomes: [], moment }, recorder, tools);
  // The summary starts from what the intents wrote: a budget that was consumed stays consumed.
  const pass = { object: recorder.withStatus(object), seen, plan, outcomes, moment };
  const status = summarize(pass);
  await recorder.finish(pass, { status, events: eventsOf(pass, status), others: summarizeDeliveries(pass) });
  return { plan, outcomes, requeueAfterMs: requeueAfter(plan, outcomes), changed: recorder.changed };
}

// A plan that breaks a rule is not carried out, and says so where a person looks.
function lawful(plan: Plan, seen: Observation): Plan {
  const [finding] = checkPlan(plan, seen);
  if (finding === undefined) return plan;
  const message = `its plan breaks rule ${String(finding.rule)}: ${finding.message}`;
  return {
    key: plan.key,
    actions: [],
    waiting: [{ reason: 'PlanRefused', message, needsPerson: true }],
    requeueAfterMs: REFUSED_MS,
  };
}

// The intent is on disk before the act; what follows a failed action is left to the next pass.
async function carryOut(
  pass: Pass<AnyObject>,
  recorder: StatusRecorder,
  tools: ReconcileTools,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const action of pass.plan.actions) {
    const intent = intend({ ...pass, object: recorder.withStatus(pass.object), outcomes }, action);
    if (intent !== undefined) await recorder.write(intent);
    const outcome = await act(pass.plan.key, action, tools.writers);
    outcomes.push(outcome);
    if (outcome.result !== 'Done') break;
  }
  return outcomes;
}

function requeueAfter(plan: Plan, outcomes: readonly Outcome[]): number | undefined {
  const stale = outcomes.some(({ result }) => result === 'PreconditionFailed');
  return stale ? 20 : plan.requeueAfterMs;
}
