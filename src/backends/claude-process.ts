import type { ClaudeReading } from './claude-events.ts';
import { numberIn, textIn } from './payload.ts';
import type { SignalOptions } from './signal-state.ts';
import type { SignalLog } from './signal.ts';

/** A turn that is over for longer than this while the program still calls itself busy: hooks of the user's own run. */
const END_OF_TURN_MS = 2000;
/** A prompt that the file does not know yet. */
const WRITE_MS = 1000;

/** What claude says in the file of its process: always about now, but with no word on why. */
export type ClaudeProcess = {
  readonly status: 'busy' | 'idle' | 'waiting' | 'shell';
  readonly waitingFor?: string | undefined;
  readonly atMs: number;
  readonly version?: string | undefined;
  readonly conversation?: string | undefined;
};

/** Reads the file of exactly this process; one that an earlier process of the same pid left behind says nothing. */
export function readClaudeProcess(log: SignalLog, options: SignalOptions): ClaudeProcess | undefined {
  const payload = log.latest['process']?.payload;
  const { process } = options;
  if (payload === undefined || process === undefined) return undefined;
  const isSame = numberIn(payload, 'pid') === process.pid && textIn(payload, 'procStart') === String(process.startTime);
  const status = textIn(payload, 'status');
  const atMs = numberIn(payload, 'statusUpdatedAt');
  if (!isSame || atMs === undefined || !isStatus(status)) return undefined;
  return {
    status,
    // A clock that was set back since leaves a time in the future.
    atMs: Math.min(atMs, options.nowMs),
    waitingFor: textIn(payload, 'waitingFor'),
    version: textIn(payload, 'version'),
    conversation: textIn(payload, 'sessionId'),
  };
}

/** Events tell why, the process's file tells what is so now; where they differ, the later one and the more careful one. */
export function reconcileClaude(
  told: ClaudeReading | undefined,
  process: ClaudeProcess | undefined,
  options: SignalOptions,
): ClaudeReading | undefined {
  if (process === undefined) return told;
  if (process.status === 'waiting') return waiting(told, process);
  if (process.status === 'busy') return busy(told, process, options.nowMs);
  return atRest(told, process);
}

function waiting(told: ClaudeReading | undefined, process: ClaudeProcess): ClaudeReading {
  const { waitingFor = 'a person', atMs } = process;
  if (told !== undefined && told.atMs > atMs + WRITE_MS && told.state !== 'AwaitingInput') return told;
  const evidence = `status waiting (${waitingFor})`;
  if (told?.state === 'UsageLimited') return { ...told, dialog: 'UsageLimitOptions', evidence };
  if (told?.state === 'AwaitingInput') return { ...told, evidence };
  const dialog = waitingFor === 'permission prompt' ? 'Permission' : 'Other';
  return { state: 'AwaitingInput', dialog, evidence, atMs };
}

function busy(told: ClaudeReading | undefined, process: ClaudeProcess, nowMs: number): ClaudeReading {
  const isWorking = told?.state === 'Busy' || told?.state === 'Compacting';
  if (told !== undefined && isWorking) return told;
  const endedJustNow = told !== undefined && told.atMs > process.atMs && nowMs - told.atMs < END_OF_TURN_MS;
  if (endedJustNow) return told;
  return { state: 'Busy', evidence: 'status busy', atMs: Math.max(process.atMs, told?.atMs ?? 0) };
}

function atRest(told: ClaudeReading | undefined, process: ClaudeProcess): ClaudeReading {
  const { status, atMs } = process;
  const evidence = `status ${status}`;
  const background = status === 'shell' ? ({ cause: 'BackgroundWork', hasTimers: true } as const) : {};
  if (told === undefined) return { state: 'Idle', evidence, atMs, ...background };
  const isInTurn = ['Busy', 'Compacting', 'AwaitingInput'].includes(told.state);
  if (!isInTurn) return told.state === 'Idle' ? { ...told, ...background } : told;
  if (atMs <= told.atMs) return told;
  // No word of an end: the turn was interrupted, a request was declined, or there was nothing to compact.
  return { state: 'Idle', evidence, atMs, ...(told.state === 'Compacting' ? {} : { cause: 'Interrupted' }) };
}

function isStatus(status: string | undefined): status is ClaudeProcess['status'] {
  return status !== undefined && ['busy', 'idle', 'waiting', 'shell'].includes(status);
}
