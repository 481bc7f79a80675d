import { limitHeaders } from '../model-endpoint/limit-headers.ts';
import { fails, type ModelReply } from '../model-endpoint/model-reply.ts';

import type { Scene } from './scene.ts';

const ENDED = /✻ \S+ for /;
/** One try again instead of ten, so that an error is final within seconds. */
const FEW_RETRIES = { CLAUDE_CODE_MAX_RETRIES: '1' };

function limited(claim: 'five_hour' | 'seven_day'): ModelReply {
  const headers = limitHeaders({ status: 'rejected', claim, resetsAtMs: Date.UTC(2099, 0, 1) });
  return { ...fails(429, 'rate_limit_error', 'This request would exceed your account’s rate limit.'), headers };
}

const ERRORS: readonly Scene[] = [
  {
    name: 'usage-limit-session-5h',
    label: 'dialog:usage-limit-options',
    reading: 'UsageLimited None UsageLimitOptions resets Jan 1, 2099, 12am (UTC)',
    credential: 'Subscription',
    script: () => limited('five_hour'),
    shows: /Stop and wait for limit to reset/,
  },
  {
    name: 'usage-limit-after-wait-chosen',
    label: 'usage-limit',
    reading: 'UsageLimited Empty resets Jan 1, 2099, 12am (UTC)',
    credential: 'Subscription',
    script: () => limited('five_hour'),
    shows: /You've hit your session limit[^]*─\n❯/,
    play: async (stage) => {
      await stage.until(/Stop and wait for limit to reset/);
      await stage.keys('Escape');
    },
  },
  {
    name: 'usage-limit-weekly',
    label: 'usage-limit',
    reading: 'UsageLimited Empty resets Jan 1, 2099, 12am (UTC)',
    credential: 'Subscription',
    script: () => limited('seven_day'),
    shows: /You've hit your weekly limit[^]*─\n❯/,
    play: async (stage) => {
      await stage.until(/Stop and wait for limit to reset/);
      await stage.keys('Escape');
    },
  },
  {
    name: 'api-error-401-final',
    label: 'auth-needed',
    reading: 'AuthRequired Empty',
    environment: FEW_RETRIES,
    script: () => fails(401, 'authentication_error', 'invalid x-api-key'),
    shows: /Invalid API key/,
  },
  {
    name: 'auth-oauth-expired',
    label: 'auth-needed',
    reading: 'AuthRequired Empty spoofable',
    credential: 'Subscription',
    environment: FEW_RETRIES,
    script: () => fails(401, 'authentication_error', 'OAuth token has expired.'),
    shows: /Please run \/login/,
  },
  {
    name: 'api-error-429-final',
    label: 'api-error',
    reading: 'ApiError Empty RateLimit spoofable',
    environment: FEW_RETRIES,
    script: () => fails(429, 'rate_limit_error', 'Too many requests'),
    shows: /API Error:[^]*429/,
  },
  {
    name: 'api-error-credit-balance-final',
    label: 'billing',
    reading: 'UsageLimited Empty Billing',
    script: () => fails(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
    shows: /Credit balance/,
  },
  {
    name: 'api-error-prompt-too-long-final',
    label: 'context-full',
    reading: 'ApiError Empty ContextFull',
    script: () => fails(400, 'invalid_request_error', 'prompt is too long: 215000 tokens > 200000 maximum'),
    shows: /Prompt is too long/,
  },
  {
    name: 'api-error-529-final',
    label: 'api-error',
    reading: 'ApiError Empty ServerError spoofable',
    environment: FEW_RETRIES,
    script: () => fails(529, 'overloaded_error', 'Overloaded'),
    shows: /API Error: (?:Repeated )?529/,
  },
  {
    name: 'api-error-retrying-529',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => fails(529, 'overloaded_error', 'Overloaded'),
    shows: /Retrying in .*attempt [3-9]/,
  },
  {
    name: 'api-error-connrefused-final',
    label: 'api-error',
    reading: 'ApiError Empty Connectivity spoofable',
    environment: { ...FEW_RETRIES, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' },
    shows: /● API Error: Unable to connect to API/,
  },
  {
    name: 'api-error-midstream-overloaded-final',
    label: 'api-error',
    reading: 'ApiError Empty ServerError spoofable',
    script: () => ({ kind: 'BreakOff', text: 'So far.\n\nAnd then', type: 'overloaded_error', message: 'Overloaded' }),
    shows: /API Error: Overloaded/,
  },
];

const DEATHS: readonly Scene[] = [
  {
    name: 'death-sigkill',
    label: 'dead',
    reading: 'Exited None',
    shows: /Pane is dead \(signal 9/,
    play: async (stage) => {
      await stage.until(ENDED);
      process.kill(await stage.pid(), 'SIGKILL');
    },
  },
  {
    name: 'death-sigterm',
    label: 'dead',
    reading: 'Exited None',
    shows: /Pane is dead \(status 143/,
    play: async (stage) => {
      await stage.until(ENDED);
      process.kill(await stage.pid(), 'SIGTERM');
    },
  },
  {
    name: 'death-slashexit',
    label: 'dead',
    reading: 'Exited None',
    shows: /Pane is dead \(status 0/,
    play: async (stage) => {
      await stage.until(ENDED);
      await stage.paste('/exit');
      await stage.keys('Enter');
    },
  },
];

/** Errors of the model, limits of the account and deaths of claude. */
export const CLAUDE_FAILURES: readonly Scene[] = [...ERRORS, ...DEATHS];
