import { isKept, type Row } from './stats.ts';

/** The table for a person; the columns are name, median, p95, p99, goal, whether it is kept, and remarks. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.name, ...numbers(row), goalOf(row), verdict(row), remarkOf(row)]);
  const all = [['', 'median', 'p95', 'p99', 'goal', '', ''], ...cells];
  const widths = [0, 1, 2, 3, 4, 5, 6].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((text, at) => pad(text, widths[at] ?? 0, at))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function pad(text: string, width: number, column: number): string {
  return column >= 1 && column <= 4 ? text.padStart(width) : text.padEnd(width);
}

function numbers({ median, p95, p99, unit }: Row): readonly string[] {
  return [median, p95, p99].map((value) => (value === undefined ? '' : show(value, unit)));
}

function goalOf({ goal, unit }: Row): string {
  if (goal === undefined) return '';
  const p95 = goal.p95 === undefined ? '' : `, ${show(goal.p95, unit)}`;
  return `<= ${show(goal.median, unit)}${p95}`;
}

function verdict(row: Row): string {
  const kept = isKept(row);
  return kept === undefined ? '' : kept ? 'kept' : 'MISSED';
}

function remarkOf({ samples, remark }: Row): string {
  return [samples > 1 ? `n=${samples}` : '', remark ?? ''].filter((text) => text !== '').join(', ');
}

function show(value: number, unit: Row['unit']): string {
  const digits = unit === 'MB' ? 0 : unit === 'ms' && value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
