/** How an account of the Messages API stands. Times are in milliseconds since the epoch, shares from 0 to 1 and above. */
type LimitStanding = {
  readonly status: 'allowed' | 'allowed_warning' | 'rejected';
  /** Which window decides: the one of five hours is called session limit, the one of seven days weekly limit. */
  readonly claim?: 'five_hour' | 'seven_day';
  readonly resetsAtMs: number;
  readonly fiveHourShare?: number;
  readonly sevenDayShare?: number;
};

const DAY_MS = 86_400_000;

/** The headers that tell a subscriber's claude how much of its limits is used. Only believed with the token of a subscription. */
export function limitHeaders(standing: LimitStanding): Record<string, string> {
  const { status, claim = 'five_hour', resetsAtMs, fiveHourShare = 1.02, sevenDayShare = 0.41 } = standing;
  const reset = String(Math.round(resetsAtMs / 1000));
  const later = String(Math.round((resetsAtMs + 3 * DAY_MS) / 1000));
  const values = {
    status,
    reset,
    'representative-claim': claim,
    '5h-utilization': String(fiveHourShare),
    '5h-reset': reset,
    '7d-utilization': String(sevenDayShare),
    '7d-reset': claim === 'seven_day' ? reset : later,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`anthropic-ratelimit-unified-${name}`, value]),
  );
}
