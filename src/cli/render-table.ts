import { displayWidth } from './display-width.ts';

/** Rows with aligned columns, three spaces apart; the last column is not padded. Cells hold one line each. */
export function renderTable(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell))));
  return rows
    .map(
      (row) =>
        `${indent}${row
          .map((cell, index) => pad(cell, widths[index] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - displayWidth(cell));
}
