import { CODEX_RESET } from './codex-texts.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { listIn, numberIn, objectIn, textIn } from './payload.ts';
import type { ScreenCause } from './screen-state.ts';
import type { SignalState } from './signal-state.ts';
import type { Signal } from './signal.ts';

type Json = Readonly<Record<string, unknown>>;

/** One reading of codex's channels, with the time it was given at. */
export type CodexReading = Pick<
  SignalState,
  'state' | 'cause' | 'waitMarker' | 'untilMs' | 'resetText' | 'evidence'
> & { readonly atMs: number };

/** What the rollout file says, whatever the turn does. */
export type CodexCounts = Pick<SignalState, 'contextPercent' | 'usage' | 'limits' | 'version'>;

/**
 * The state that the last line about a turn gives (0.169.0). Errors stand nowhere else: neither a hook nor `notify` is
 * called for a turn that failed.
 */
export function readCodexRollout(rollout: Signal | undefined, waitMarker: string): CodexReading | undefined {
  const lines = linesOf(rollout);
  const last = lines.findLast((line) => ['task_started', 'task_complete', 'turn_aborted'].includes(kindOf(line)));
  const atMs = Date.parse(textIn(last, 'timestamp') ?? '');
  if (last === undefined || Number.isNaN(atMs)) return undefined;
  const kind = kindOf(last);
  if (kind === 'task_started') return { state: 'Busy', evidence: kind, atMs };
  if (kind === 'turn_aborted') return { state: 'Idle', cause: 'Interrupted', evidence: kind, atMs };
  const payload = objectIn(last, 'payload');
  const error = objectIn(payload, 'error');
  if (error !== undefined) return { ...readError(error, lines), atMs };
  const marker = findWaitMarker((textIn(payload, 'last_agent_message') ?? '').split('\n'), waitMarker);
  return { state: 'Idle', evidence: kind, atMs, ...(marker === undefined ? {} : { waitMarker: marker }) };
}

/** Tokens, how full the context is, when usage windows end, and the version, as far as the end of the file tells. */
export function readCodexCounts(rollout: Signal | undefined): CodexCounts {
  const lines = linesOf(rollout);
  const told = objectIn(
    lines.findLast((line) => kindOf(line) === 'token_count' && objectIn(objectIn(line, 'payload'), 'info')),
    'payload',
  );
  const counts = objectIn(told, 'info');
  const total = objectIn(counts, 'total_token_usage');
  const tokens = numberIn(total, 'total_tokens');
  // What was read from the cache is the same text again and again.
  const cached = numberIn(total, 'cached_input_tokens') ?? 0;
  const window = numberIn(counts, 'model_context_window');
  const used = numberIn(objectIn(counts, 'last_token_usage'), 'total_tokens');
  const meta = objectIn(
    lines.find((line) => line['type'] === 'session_meta'),
    'payload',
  );
  return {
    contextPercent: window === undefined || used === undefined ? undefined : Math.round((100 * used) / window),
    usage: tokens === undefined ? undefined : { tokens: tokens - cached },
    limits: limitsOf(lines),
    version: textIn(meta, 'cli_version'),
  };
}

/** What the user said, newest last: prompts that stand in the conversation. */
export function codexPrompts(rollout: Signal | undefined): readonly string[] {
  return linesOf(rollout).flatMap((line) => {
    const payload = objectIn(line, 'payload');
    if (textIn(payload, 'role') !== 'user') return [];
    return listIn(payload, 'content').map(
      (part) => textIn({ part }, 'part') ?? textIn(objectIn({ part }, 'part'), 'text') ?? '',
    );
  });
}

// A side thread for the title has a file of its own; lines of other threads never stand in this one.
function linesOf(rollout: Signal | undefined): readonly Json[] {
  return listIn(rollout?.payload, 'lines').flatMap((line) => {
    const found = objectIn({ line }, 'line');
    return found === undefined ? [] : [found];
  });
}

function kindOf(line: Json): string {
  return line['type'] === 'event_msg' ? (textIn(objectIn(line, 'payload'), 'type') ?? '') : '';
}

const ERRORS: Readonly<Record<string, { readonly state: SignalState['state']; readonly cause?: ScreenCause }>> = {
  usage_limit_exceeded: { state: 'UsageLimited' },
  unauthorized: { state: 'AuthRequired' },
  context_window_exceeded: { state: 'ApiError', cause: 'ContextFull' },
  http_connection_failed: { state: 'ApiError', cause: 'Connectivity' },
  response_stream_connection_failed: { state: 'ApiError', cause: 'Connectivity' },
};

function readError(error: Json, lines: readonly Json[]): Omit<CodexReading, 'atMs'> {
  const told = error['codex_error_info'];
  const detail = objectIn(error, 'codex_error_info') ?? {};
  const name = typeof told === 'string' ? told : (Object.keys(detail)[0] ?? 'other');
  const message = textIn(error, 'message') ?? '';
  const evidence = `task_complete (${name}): ${message.slice(0, 200)}`;
  const found = ERRORS[name] ?? byStatus(numberIn(objectIn(detail, name), 'http_status_code'), message);
  if (found.state !== 'UsageLimited') return { ...found, evidence };
  return { ...found, evidence, resetText: CODEX_RESET.exec(message)?.[1], untilMs: spentUntilMs(lines) };
}

function byStatus(
  status: number | undefined,
  message: string,
): { state: SignalState['state']; cause: ScreenCause } | { state: 'AuthRequired' } {
  const is = (code: number) => status === code || message.includes(`status ${String(code)}`);
  if (is(401) || is(403)) return { state: 'AuthRequired' };
  return { state: 'ApiError', cause: is(429) ? 'RateLimit' : 'ServerError' };
}

type Window = { readonly name: string; readonly usedPercent: number; readonly endsAtMs: number };

function windowsOf(lines: readonly Json[]): readonly Window[] {
  const told = lines.findLast((line) => {
    const limits = objectIn(objectIn(line, 'payload'), 'rate_limits');
    return objectIn(limits, 'primary') !== undefined || objectIn(limits, 'secondary') !== undefined;
  });
  const limits = objectIn(objectIn(told, 'payload'), 'rate_limits');
  return ['primary', 'secondary'].flatMap((name) => {
    const window = objectIn(limits, name);
    const seconds = numberIn(window, 'resets_at');
    return seconds === undefined
      ? []
      : [{ name, usedPercent: numberIn(window, 'used_percent') ?? 0, endsAtMs: seconds * 1000 }];
  });
}

function limitsOf(lines: readonly Json[]): SignalState['limits'] {
  const ends = windowsOf(lines).map(({ name, endsAtMs }) => [name, endsAtMs] as const);
  return ends.length === 0 ? undefined : Object.fromEntries(ends);
}

// When both windows are spent, nothing goes before the later one ends.
function spentUntilMs(lines: readonly Json[]): number | undefined {
  const ends = windowsOf(lines).flatMap(({ usedPercent, endsAtMs }) => (usedPercent >= 100 ? [endsAtMs] : []));
  return ends.length === 0 ? undefined : Math.max(...ends);
}
