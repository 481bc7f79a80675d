import { renderPath } from '#load/mistake.ts';
import type { PlanLine } from '#plan/render-plan.ts';
import type { Json } from '#store/store.ts';

import type { FieldChange } from './diff-fields.ts';
import { isConverged, type Difference, type WaitLine } from './difference.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import type { StoreDiff } from './store-diff.ts';

/** What a person reads: objects and fields, acts on the live world, what waits for a person, and one line that sums up. Nothing when nothing differs. */
export function renderDifference(difference: Difference, waiting: boolean, paint: Paint): string {
  const { store, actions, refused } = difference;
  const waits = difference.waiting.filter((wait) => waiting || wait.needsPerson === true);
  if (isConverged(difference) && !(waiting && waits.length > 0)) return '';
  const sections = [
    section(
      'In the store:',
      store.map((one) => renderStoreDiff(one, paint)),
      paint,
    ),
    section('In the live world:', renderActions(actions, paint), paint),
    section(
      'Then:',
      difference.phases.map(({ key, message, isNews }) => renderPhase(key, { message, isNews }, paint)),
      paint,
    ),
    section(
      'Refused, which is a fault of ccci:',
      refused.map((line) => `  ${paint.red('!')} ${printable(line)}\n`),
      paint,
    ),
    section(
      waiting ? 'Waiting:' : 'Waits for a person:',
      waits.map((wait) => renderWait(wait, paint)),
      paint,
    ),
  ];
  return `${sections.filter((text) => text !== '').join('\n')}\n${summarize(difference)}\n`;
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? '' : `${paint.bold(title)}\n${lines.join('')}`;
}

const MARKS = { created: '+', configured: '~', pruned: '-' } as const;

function renderStoreDiff({ key, outcome, fields }: StoreDiff, paint: Paint): string {
  const head = `  ${painted(MARKS[outcome], written(key), paint)}\n`;
  return head + fields.map((field) => `      ${renderField(field, paint)}\n`).join('');
}

function renderField({ path, before, after }: FieldChange, paint: Paint): string {
  const name = renderPath(path);
  if (before === undefined) return painted('+', `${name}: ${renderValue(after)}`, paint);
  if (after === undefined) return painted('-', `${name}: ${renderValue(before)}`, paint);
  return painted('~', `${name}: ${renderValue(before)} -> ${renderValue(after)}`, paint);
}

const VALUE_LENGTH = 80;

function renderValue(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = printable(text.replace(/\/\/[^/@\s]*@/, '//***@'));
  return shown.length > VALUE_LENGTH ? `${shown.slice(0, VALUE_LENGTH)}… (${String(text.length)} characters)` : shown;
}

function renderActions(actions: readonly PlanLine[], paint: Paint): readonly string[] {
  return actions.map((line, index) => {
    const head = actions[index - 1]?.key === line.key ? '' : `  ${written(line.key)}\n`;
    const blast = line.blast === 'none' ? '' : `  [${line.blast}]`;
    const why = paint.dim(printable(`${line.reason}: ${line.message}`));
    return `${head}    ${painted(line.mark, printable(line.what), paint)}${strong(line.blast, blast, paint)}\n        ${why}\n`;
  });
}

function strong(blast: PlanLine['blast'], text: string, paint: Paint): string {
  return blast === 'live' || blast === 'none' ? paint.cyan(text) : paint.yellow(text);
}

function renderPhase(key: string, { message, isNews }: { message: string; isNews: boolean }, paint: Paint): string {
  return `  ${isNews ? painted('~', written(key), paint) : `  ${written(key)}`}  ${printable(message)}\n`;
}

function renderWait({ key, reason, message, needsPerson }: WaitLine, paint: Paint): string {
  const mark = needsPerson === true ? paint.yellow('!') : '.';
  return `  ${mark} ${written(key)}  ${printable(`${reason}: ${message}`)}\n`;
}

function painted(mark: '+' | '~' | '-', text: string, paint: Paint): string {
  const color = { '+': paint.green, '~': paint.yellow, '-': paint.red }[mark];
  return `${color(mark)} ${text}`;
}

function summarize({ store, actions, waiting }: Difference): string {
  const count = (outcome: StoreDiff['outcome']) => store.filter((one) => one.outcome === outcome).length;
  const stored = [
    [count('created'), 'to create'],
    [count('configured'), 'to change'],
    [count('pruned'), 'to delete'],
  ] as const;
  const parts = stored.filter(([number]) => number > 0).map(([number, what]) => `${plural(number, 'object')} ${what}`);
  const persons = waiting.filter(({ needsPerson }) => needsPerson === true).length;
  return [
    ...parts,
    `${plural(actions.length, 'action')}${blasts(actions)}`,
    ...(persons === 0 ? [] : [`${plural(persons, 'wait')} for a person`]),
    ...(waiting.length === persons ? [] : [`${plural(waiting.length - persons, 'other wait')}`]),
  ].join(', ');
}

function blasts(actions: readonly PlanLine[]): string {
  const groups = Map.groupBy(
    actions.filter(({ blast }) => blast !== 'none'),
    ({ blast }) => blast,
  );
  const words = [...groups].map(([blast, lines]) => `${String(lines.length)} ${blast}`);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function plural(count: number, word: string): string {
  return `${String(count)} ${word}${count === 1 ? '' : 's'}`;
}
