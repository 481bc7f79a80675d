/** One number of the table. `goal` is an upper bound in the same unit; ratios have the unit `x`. */
export type Row = {
  readonly name: string;
  readonly unit: 'ms' | '%' | 'MB' | 'x';
  readonly median: number;
  readonly p95?: number | undefined;
  readonly p99?: number | undefined;
  readonly samples: number;
  readonly goal?: { readonly median: number; readonly p95?: number } | undefined;
  readonly remark?: string | undefined;
};

/** The value below which this share of the values lies, by the nearest rank. Throws when there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('could not take a quantile: nothing was measured');
  return value;
}

/** A row with median, 95th and 99th percentile of the values. */
export function rowOf(name: string, values: readonly number[], more: Pick<Row, 'unit' | 'goal' | 'remark'>): Row {
  const [median, p95, p99] = [quantile(values, 0.5), quantile(values, 0.95), quantile(values, 0.99)];
  return { name, median, p95, p99, samples: values.length, ...more };
}

/** Whether the row keeps its goals; undefined when it has none. */
export function isKept({ goal, median, p95 }: Row): boolean | undefined {
  if (goal === undefined) return undefined;
  return median <= goal.median && (goal.p95 === undefined || (p95 ?? Infinity) <= goal.p95);
}
