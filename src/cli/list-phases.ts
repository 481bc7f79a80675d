import { formatSpan } from '#api/time.ts';

import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { isReadable } from './is-readable.ts';
import { printable } from './printable.ts';
import { openForMs, pendingOrderOf, readPhases, type PhaseView } from './read-phases.ts';
import { renderTable } from './render-table.ts';

/** The options of `ccci phase` without an order. */
export type PhaseListOptions = {
  readonly sequence: string | undefined;
  readonly output: 'table' | 'json' | 'yaml';
};

const HEADING = ['SEQUENCE', 'PHASE', 'STATE', 'OPENED', 'FOR', 'TITLE', 'NOTE'];

/** Prints the phases by sequence and order. */
export async function listPhases({ sequence, output }: PhaseListOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const store = await context.openStore();
  const phases = await readPhases(store, sequence);
  if (output === 'json') terminal.out(`${JSON.stringify(phases, null, 2)}\n`);
  if (output === 'yaml') {
    const { renderYaml } = await import('#load/render-yaml.ts');
    terminal.out(renderYaml(phases));
  }
  if (output !== 'table') return EXIT.ok;
  if (phases.length === 0) {
    terminal.err(sequence === undefined ? 'there is no phase\n' : `sequence "${sequence}" has no phase\n`);
    return EXIT.ok;
  }
  terminal.out(renderTable([HEADING, ...phases.map((phase) => rowOf(phase, context.now()))]));
  for (const one of (await store.list('Sequence')).filter(isReadable)) {
    const order = pendingOrderOf(one);
    const isAsked = sequence === undefined || sequence === one.metadata.name;
    if (order !== undefined && isAsked)
      terminal.err(
        printable(
          `note: ${String(order['by'])} ordered "${String(order['verb'])}" of phase "${String(order['phase'])}"; it is not carried out yet`,
        ) + '\n',
      );
  }
  return EXIT.ok;
}

function rowOf(phase: PhaseView, nowMs: number): readonly string[] {
  const spanMs = openForMs(phase, nowMs);
  const name = phase.id === phase.name ? phase.name : `${phase.name} (${phase.id})`;
  return [
    phase.sequence,
    name,
    phase.state,
    phase.openedAt === undefined ? '-' : phase.openedAt.slice(0, 19).replace('T', ' '),
    spanMs === undefined ? '-' : formatSpan(Math.round(spanMs / 1000) * 1000).replace(/^0ms$/, '0s'),
    phase.title ?? '-',
    noteOf(phase) || '-',
  ].map(printable);
}

function noteOf(phase: PhaseView): string {
  const { blocked, doneRefused, isOverTime, timeBudget, doneBy, reopenedBy } = phase;
  const why = (order: { by: string; why: string | undefined }) =>
    `${order.by}${order.why === undefined ? '' : `: ${order.why}`}`;
  return [
    ...(blocked === undefined ? [] : [`blocked: ${blocked}`]),
    ...(doneRefused === undefined ? [] : [doneRefused]),
    ...(isOverTime ? [`over its time budget of ${timeBudget ?? ''}`] : []),
    ...(doneBy === undefined ? [] : [`done by ${why(doneBy)}`]),
    ...(reopenedBy === undefined ? [] : [`opened again by ${why(reopenedBy)}`]),
  ].join('; ');
}
