import { CLAUDE_RESET } from './claude-texts.ts';
import { textIn } from './payload.ts';
import type { SignalState } from './signal-state.ts';

type Payload = Readonly<Record<string, unknown>> | undefined;
type Failure = Pick<SignalState, 'state' | 'cause' | 'resetText'>;

/** The text of a usage limit of a subscription; any other refused request is a rate limit that passes by itself. */
const USAGE_LIMIT = /^You['’]ve (?:hit|reached) your .*limit\b/;

/** What `StopFailure.error` of claude 2.1.197 means; words that are not listed are errors of the service. */
const KINDS: Readonly<Record<string, Failure>> = {
  authentication_failed: { state: 'AuthRequired' },
  oauth_org_not_allowed: { state: 'AuthRequired' },
  billing_error: { state: 'UsageLimited', cause: 'Billing' },
  rate_limit: { state: 'ApiError', cause: 'RateLimit' },
  overloaded: { state: 'ApiError', cause: 'ServerError' },
  server_error: { state: 'ApiError', cause: 'ServerError' },
  unknown: { state: 'ApiError', cause: 'ServerError' },
  model_not_found: { state: 'ApiError', cause: 'Refused' },
  invalid_request: { state: 'ApiError', cause: 'Refused' },
  max_output_tokens: { state: 'ApiError', cause: 'TurnFailed' },
};

/** What a turn that failed means: `error` is claude's word for it, `text` what it says about it. */
export function readClaudeFailure(payload: Payload): Failure {
  const error = textIn(payload, 'error') ?? 'unknown';
  const text = textIn(payload, 'last_assistant_message') ?? '';
  const details = `${textIn(payload, 'error_details') ?? ''} ${text}`;
  if (USAGE_LIMIT.test(text)) {
    const resetText = CLAUDE_RESET.exec(text)?.[1];
    return resetText === undefined ? { state: 'UsageLimited' } : { state: 'UsageLimited', resetText };
  }
  if (/prompt is too long/i.test(details)) return { state: 'ApiError', cause: 'ContextFull' };
  if (/Unable to connect\b|ECONN|ENOTFOUND|ETIMEDOUT/.test(text)) return { state: 'ApiError', cause: 'Connectivity' };
  return KINDS[error] ?? { state: 'ApiError', cause: 'ServerError' };
}

/** Which usage window a limit's text is about, by claude's name for it in `rate_limits`. */
export function limitWindow(text: string): string {
  return /\bweekly\b|\bweek\b/i.test(text) ? 'seven_day' : 'five_hour';
}
