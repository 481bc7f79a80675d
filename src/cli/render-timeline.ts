import type { HandOff } from '#api/phase.ts';
import { formatSpan, fromIso } from '#api/time.ts';

import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import { renderTable } from './render-table.ts';
import type { GateFigures, Spread, Timeline, TimelineEntry } from './timeline.ts';

const HEADING = ['TIME (UTC)', 'PHASE', 'EVENT', 'ABOUT', 'SEEN', 'TYPED', 'TAKEN', 'WHAT'];
const GATE_HEADING = ['GATE', 'CLAIMS', 'VERDICTS', 'FIRST PASS', 'CLAIM > VERDICT', 'P90', 'COMMIT > TAKEN', 'P90'];

/** The timeline as two tables: what happened, and how each gate does. Seen, typed and taken are counted from the commit. */
export function renderTimeline({ entries, gates }: Timeline): string {
  const rows = entries.flatMap(entryRows);
  const table = rows.length === 0 ? '' : renderTable([HEADING, ...rows]);
  const figures = gates.filter(({ claims, verdicts }) => claims + verdicts > 0).map(figureRow);
  return figures.length === 0 ? table : `${table}\n${renderTable([GATE_HEADING, ...figures])}`;
}

// One line per agent that was told; the first stands beside the event itself.
function entryRows(entry: TimelineEntry): readonly (readonly string[])[] {
  const { handOffs = [] } = entry;
  const [first, ...others] = handOffs;
  const sha = entry.sha === undefined ? '' : ` ${entry.sha.slice(0, 12)}`;
  const isCommit = entry.event === 'Claim' || entry.event === 'Verdict';
  const told = handOffs.length === 0 || !isCommit ? '' : `  > ${handOffs.map(({ agent }) => agent).join(', ')}`;
  const head = [
    entry.at.slice(0, 19).replace('T', ' '),
    entry.phase ?? '-',
    entry.event,
    written(entry.about),
    ...times(first, entry.at),
    `${entry.message}${isCommit ? sha : ''}${told}`,
  ];
  const more = others.map((one) => ['', '', '', '', ...times(one, entry.at), one.agent]);
  return [head, ...more].map((row) => row.map(printable));
}

function times(handOff: HandOff | undefined, from: string): readonly string[] {
  const { seenAt, typedAt, takenAt } = handOff ?? {};
  return [seenAt, typedAt, takenAt].map((at) => after(at, from));
}

function after(at: string | undefined, from: string): string {
  const [atMs, fromMs] = [fromIso(at), fromIso(from)];
  return atMs === undefined || fromMs === undefined ? '-' : `+${formatSpan(Math.max(0, atMs - fromMs))}`;
}

function figureRow(figures: GateFigures): readonly string[] {
  const { gate, claims, verdicts, firstPassRate, answeredScopes, claimToVerdict, commitToTaken } = figures;
  const rate =
    firstPassRate === undefined ? '-' : `${String(Math.round(firstPassRate * 100))} % of ${String(answeredScopes)}`;
  return [printable(gate), String(claims), String(verdicts), rate, ...spans(claimToVerdict), ...spans(commitToTaken)];
}

function spans({ medianMs, p90Ms }: Spread): readonly string[] {
  return [medianMs, p90Ms].map((ms) => (ms === undefined ? '-' : formatSpan(ms)));
}
