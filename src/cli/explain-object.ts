import { isReason, REASONS } from '#api/reasons.ts';
import { formatSpan } from '#api/time.ts';
import { planLines } from '#plan/render-plan.ts';
import type { Plan } from '#plan/plan.ts';

import { askController } from './ask-controller.ts';
import { conditionOf } from './conditions-of.ts';
import type { Context } from './context.ts';
import { readKey, requireReadable } from './find-objects.ts';
import { ageOf } from './object-table.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import { renderTable } from './render-table.ts';

/** What an object waits for, since when, what is done next and why. */
export async function explainObject(subject: string, paint: Paint, context: Context): Promise<string> {
  const key = readKey(subject);
  const object = await requireReadable(key, await context.openStore());
  const ready = conditionOf(object, 'Ready');
  const plan = (await plansOf(context)).find((one) => one.key === key);
  const state =
    ready === undefined
      ? 'the controller has not looked at it yet'
      : `Ready is ${ready.status} for ${ageOf(ready.lastTransitionTime, context.now())}: ${ready.reason}`;
  const lines = [paint.bold(written(key)), printable(state)];
  if (ready !== undefined && ready.message !== '') lines.push(printable(ready.message));
  if (ready !== undefined && isReason(ready.reason))
    lines.push(REASONS[ready.reason].meaning, REASONS[ready.reason].next);
  return `${lines.join('\n')}\n${plan === undefined ? '' : renderNext(plan, paint, context.now())}`;
}

async function plansOf(context: Context): Promise<readonly Plan[]> {
  const answer = await askController(context, { ask: 'plan' });
  if (answer.state === 'known') return (answer.value as unknown as { readonly plans: readonly Plan[] }).plans;
  context.terminal.err('note: no controller runs; this command observed by itself\n');
  const { forecast } = await import('./forecast.ts');
  return (await forecast(context, [])).plans;
}

function renderNext(plan: Plan, paint: Paint, nowMs: number): string {
  const actions = planLines(plan).map(({ mark, what, reason, message }) => [
    `${mark} ${printable(what)}`,
    printable(`${reason}: ${message}`),
  ]);
  const waits = plan.waiting.map(({ reason, message, untilMs, needsPerson }) => [
    reason,
    printable(message),
    untilMs === undefined ? '' : `for ${formatSpan(untilMs - nowMs)}`,
    needsPerson === true ? 'needs a person' : '',
  ]);
  const part = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? '' : `\n${paint.bold(title)}\n${renderTable(rows, '  ')}`;
  const nothing = actions.length + waits.length === 0 ? '\nNothing is to be done, and nothing is waited for.\n' : '';
  return part('Next', actions) + part('Waits for', waits) + nothing;
}
