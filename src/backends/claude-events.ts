import { readClaudeFailure } from './claude-failures.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { listIn, textIn } from './payload.ts';
import type { SignalOptions, SignalState } from './signal-state.ts';
import type { Signal } from './signal.ts';

/** What the events say so far. */
export type ClaudeReading = Pick<
  SignalState,
  'state' | 'cause' | 'dialog' | 'waitMarker' | 'resetText' | 'evidence' | 'hasTimers'
> & { readonly atMs: number };

type Step = (
  signal: Signal,
  before: ClaudeReading | undefined,
  options: SignalOptions,
) => Omit<ClaudeReading, 'evidence' | 'atMs'> | undefined;

// In which order claude 2.1.197 tells things is in docs/backends.md; an event that is not listed says nothing new.
const STEPS: Readonly<Record<string, Step>> = {
  SessionStart: ({ payload }, before) => {
    // A conversation that was compacted goes on, or is over, as PostCompact tells.
    if (textIn(payload, 'source') === 'compact' && before !== undefined) return undefined;
    return { state: 'Idle', cause: 'Fresh' };
  },
  UserPromptSubmit: () => ({ state: 'Busy' }),
  Stop: readStop,
  StopFailure: ({ payload }) => readClaudeFailure(payload),
  PermissionRequest: ({ payload }) => ({ state: 'AwaitingInput', dialog: dialogOf(payload) }),
  Notification: readNotification,
  PreCompact: () => ({ state: 'Compacting' }),
  PostCompact: ({ payload }) => (textIn(payload, 'trigger') === 'manual' ? { state: 'Idle' } : { state: 'Busy' }),
  SessionEnd: ({ payload }) => (textIn(payload, 'reason') === 'clear' ? undefined : { state: 'Exited' }),
};

/** Follows the events from the oldest to the newest; undefined when none of them says anything. */
export function followClaudeEvents(events: readonly Signal[], options: SignalOptions): ClaudeReading | undefined {
  let reading: ClaudeReading | undefined;
  for (const signal of events) {
    const next = STEPS[signal.event]?.(signal, reading, options);
    if (next !== undefined) reading = { ...next, evidence: evidenceOf(signal), atMs: signal.atMs };
  }
  return reading;
}

function readStop({ payload }: Signal, _before: ClaudeReading | undefined, { waitMarker }: SignalOptions) {
  const message = textIn(payload, 'last_assistant_message');
  const raw = message === undefined ? undefined : findWaitMarker(message.split('\n'), waitMarker);
  const isWorking = listIn(payload, 'background_tasks').length > 0;
  const hasTimers = isWorking || listIn(payload, 'session_crons').length > 0;
  return {
    state: 'Idle' as const,
    ...(isWorking ? { cause: 'BackgroundWork' as const } : {}),
    ...(raw === undefined ? {} : { waitMarker: raw }),
    ...(hasTimers ? { hasTimers } : {}),
  };
}

// A reminder says what was so already; it only counts when what came before was lost.
function readNotification({ payload }: Signal, before: ClaudeReading | undefined) {
  const type = textIn(payload, 'notification_type');
  if (type === 'permission_prompt' && before?.state !== 'AwaitingInput')
    return { state: 'AwaitingInput' as const, dialog: 'Permission' as const };
  return type === 'idle_prompt' && before === undefined ? { state: 'Idle' as const } : undefined;
}

/** The dialog that a request for permission opens. */
function dialogOf(payload: Signal['payload']): 'Question' | 'Permission' {
  return textIn(payload, 'tool_name') === 'AskUserQuestion' ? 'Question' : 'Permission';
}

function evidenceOf({ event, payload }: Signal): string {
  const detail =
    textIn(payload, 'error') ??
    textIn(payload, 'source') ??
    textIn(payload, 'notification_type') ??
    textIn(payload, 'tool_name') ??
    textIn(payload, 'trigger') ??
    textIn(payload, 'reason');
  return detail === undefined ? event : `${event} (${detail})`;
}
