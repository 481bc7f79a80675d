/** Epoch milliseconds as ISO 8601 UTC with milliseconds. Pure: the time comes in. */
export function toIso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** ISO 8601 to epoch milliseconds; undefined when the text is missing or is no time. */
export function fromIso(text: string | undefined): number | undefined {
  const epochMs = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

/** A span for a person: `850ms`, `12s`, `4m10s`, `2h5m`, `3d4h`. */
export function formatSpan(spanMs: number): string {
  const seconds = Math.round(spanMs / 1000);
  if (spanMs < 1000) return `${String(Math.max(0, Math.round(spanMs)))}ms`;
  if (seconds < 60) return `${String(seconds)}s`;
  const units = [
    { name: 'd', size: 86_400 },
    { name: 'h', size: 3600 },
    { name: 'm', size: 60 },
    { name: 's', size: 1 },
  ];
  const first = units.findIndex((unit) => seconds >= unit.size);
  const pair = units.slice(first, first + 2);
  let rest = seconds;
  return pair
    .map((unit) => {
      const count = Math.floor(rest / unit.size);
      rest -= count * unit.size;
      return count === 0 ? '' : `${String(count)}${unit.name}`;
    })
    .join('');
}
