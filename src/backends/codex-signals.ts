import { asNonce, type Acceptance } from './acceptance.ts';
import type { BackendSignals } from './backend.ts';
import { codexPrompts, readCodexCounts, readCodexRollout, type CodexReading } from './codex-rollout.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { textIn } from './payload.ts';
import type { SignalFile, SignalOptions, SignalPlaces, SignalState } from './signal-state.ts';
import { hasSpoken, type Signal, type SignalLog } from './signal.ts';

/** Codex's channels: hooks of the command line, and the rollout file that they name. */
export const codexSignals: BackendSignals = { read: readCodexSignals, files: codexFiles, acceptance: codexAcceptance };

const ROLLOUT_BYTES = 128 * 1024;

/** Reads everything that codex (0.169.0) says about itself; undefined when it said nothing. */
export function readCodexSignals(log: SignalLog, options: SignalOptions): SignalState | undefined {
  if (!hasSpoken(log)) return undefined;
  const events = ownEvents(log);
  const told = [...events, ...toolSignals(log)]
    .map((signal) => readEvent(signal, options))
    .filter((reading) => reading !== undefined);
  const rollout = readCodexRollout(log.latest['rollout'], options.waitMarker);
  const reading = newest(rollout === undefined ? told : [...told, rollout]);
  const { limits, ...counts } = readCodexCounts(log.latest['rollout']);
  const side = { ...counts, limits: limits ?? options.limits, conversation: conversationOf(events) };
  if (reading === undefined) return { state: 'Unknown', evidence: '', ...side };
  const { atMs, ...state } = reading;
  return { ...state, evidenceAtMs: atMs, ...side, isToolRunning: isToolRunning(log, reading) };
}

/** The rollout file of the conversation that is open, once a hook has named it. */
export function codexFiles(_places: SignalPlaces, log: SignalLog): readonly SignalFile[] {
  const path = conversationOf(ownEvents(log))?.file;
  return path === undefined ? [] : [{ slot: 'rollout', path, kind: 'jsonl', maxBytes: ROLLOUT_BYTES }];
}

/**
 * Taken: the hook for a prompt with our nonce was called, or the conversation holds it. What is submitted in mid-turn
 * waits in the program and is told only when it is taken.
 */
export function codexAcceptance(log: SignalLog, nonce: string): Acceptance | undefined {
  const mark = asNonce(nonce);
  const prompts = log.events.flatMap(({ event, payload }) =>
    event === 'UserPromptSubmit' ? [textIn(payload, 'prompt') ?? ''] : [],
  );
  return [...prompts, ...codexPrompts(log.latest['rollout'])].some((text) => text.includes(mark)) ? 'Taken' : undefined;
}

// Helpers of the conversation have ids of their own; only what belongs to the one that was opened last is the agent's.
function ownEvents({ events }: SignalLog): readonly Signal[] {
  const opened = events.findLast(({ event }) => event === 'SessionStart');
  const id = textIn(opened?.payload, 'session_id');
  if (id === undefined) return events;
  return events.filter(({ payload }) => payload === undefined || textIn(payload, 'session_id') === id);
}

function conversationOf(events: readonly Signal[]): { id: string; file?: string } | undefined {
  const payload = events.findLast(({ payload: told }) => textIn(told, 'session_id') !== undefined)?.payload;
  const id = textIn(payload, 'session_id');
  if (id === undefined) return undefined;
  const file = textIn(payload, 'transcript_path');
  return file === undefined ? { id } : { id, file };
}

function toolSignals({ latest }: SignalLog): readonly Signal[] {
  return [latest['PreToolUse'], latest['PostToolUse']].filter((signal) => signal !== undefined);
}

// A permission dialog stands on the screen; its answer is told by nobody, so that the hook says no more than that a turn runs.
const IN_TURN = ['UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PermissionRequest'];

function readEvent(signal: Signal, options: SignalOptions): CodexReading | undefined {
  const { event, atMs, payload } = signal;
  const detail = textIn(payload, 'tool_name') ?? textIn(payload, 'source') ?? textIn(payload, 'trigger');
  const told = { evidence: detail === undefined ? event : `${event} (${detail})`, atMs };
  if (IN_TURN.includes(event)) return { state: 'Busy', ...told };
  if (event === 'Stop') return { ...readStop(payload, options), ...told };
  if (event === 'SessionStart' || event === 'PostCompact') return readBetween(signal, told);
  if (event === 'PreCompact') return { state: 'Compacting', ...told };
  if (event === 'Interrupt') return { state: 'Idle', cause: 'Interrupted', ...told };
  return event === 'SessionEnd' ? { state: 'Exited', ...told } : undefined;
}

// A conversation that is shortened by itself goes on with its turn.
function readBetween(
  { event, payload }: Signal,
  told: Pick<CodexReading, 'evidence' | 'atMs'>,
): CodexReading | undefined {
  if (event === 'PostCompact') return { state: textIn(payload, 'trigger') === 'manual' ? 'Idle' : 'Busy', ...told };
  return textIn(payload, 'source') === 'compact' ? undefined : { state: 'Idle', cause: 'Fresh', ...told };
}

function readStop(
  payload: Signal['payload'],
  { waitMarker }: SignalOptions,
): Pick<CodexReading, 'state' | 'waitMarker'> {
  const marker = findWaitMarker((textIn(payload, 'last_assistant_message') ?? '').split('\n'), waitMarker);
  return marker === undefined ? { state: 'Idle' } : { state: 'Idle', waitMarker: marker };
}

// Of two that were given at the same moment the later in the list counts.
function newest(readings: readonly CodexReading[]): CodexReading | undefined {
  return readings.reduce<CodexReading | undefined>(
    (best, one) => (best === undefined || one.atMs >= best.atMs ? one : best),
    undefined,
  );
}

function isToolRunning({ latest }: SignalLog, reading: CodexReading): boolean | undefined {
  const called = latest['PreToolUse'];
  if (called === undefined || reading.state !== 'Busy') return undefined;
  const cameBack = latest['PostToolUse'];
  return cameBack === undefined || textIn(cameBack.payload, 'tool_use_id') !== textIn(called.payload, 'tool_use_id')
    ? true
    : undefined;
}
