const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** One or more `<number><unit>` parts, or a bare 0; without lookaround, so that Go reads it too. */
export const DURATION_PATTERN = /^(0|([0-9]{1,9}(ms|h|m|s))+)$/;

/** A whole or decimal number with an optional unit of 1000 or 1024. */
export const SIZE_PATTERN = /^[0-9]{1,15}(\.[0-9]{1,9})?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/;

/** The rule for durations, as error messages print it. */
export const DURATION_RULE = 'must be a duration such as 90s, 10m or 1h30m';

/** The rule for sizes, as error messages print it. */
export const SIZE_RULE = 'must be a size such as 8GiB (2^30), 8GB (10^9) or a number of bytes';

/** True for text such as `90s`, `10m`, `1h30m`, `500ms` or `0`. */
export function isDuration(text: string): boolean {
  return DURATION_PATTERN.test(text);
}

/** True for text such as `8GiB`, `8GB`, `1.5GiB` or `1024`. */
export function isSize(text: string): boolean {
  return SIZE_PATTERN.test(text);
}

/** Milliseconds of a duration such as `1h30m`. Throws RangeError for anything else: manifests are checked before. */
export function parseDurationMs(text: string): number {
  if (!isDuration(text))
    throw new RangeError(`could not read ${JSON.stringify(text)} as a duration: it ${DURATION_RULE}`);
  const parts = text.matchAll(/([0-9]+)(ms|h|m|s)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

/** The shortest duration text for a number of milliseconds: 5400000 gives `1h30m`. Fractions and negative numbers are cut off. */
export function renderDuration(durationMs: number): string {
  let restMs = Math.max(0, Math.trunc(durationMs));
  let text = '';
  for (const unit of ['h', 'm', 's', 'ms']) {
    const size = UNIT_MS[unit] ?? 1;
    const count = Math.floor(restMs / size);
    restMs -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

/** Bytes of a size such as `8GiB` (2^30), `8GB` (10^9) or `1024`. Throws RangeError for anything else. */
export function parseSizeBytes(text: string): number {
  const [, count, , unit] = /^([0-9]+(\.[0-9]+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNIT_BYTES[unit ?? ''];
  if (!isSize(text) || factor === undefined) {
    throw new RangeError(`could not read ${JSON.stringify(text)} as a size: it ${SIZE_RULE}`);
  }
  return Math.round(Number(count) * factor);
}

/** A size text for people: the largest unit of 1024 that divides the bytes evenly, otherwise plain bytes. */
export function renderSize(bytes: number): string {
  const unit = ['TiB', 'GiB', 'MiB', 'KiB'].find((name) => bytes > 0 && bytes % (UNIT_BYTES[name] ?? 1) === 0);
  return unit === undefined ? `${bytes}B` : `${bytes / (UNIT_BYTES[unit] ?? 1)}${unit}`;
}
