import { asNonce, type Acceptance } from './acceptance.ts';
import type { BackendSignals } from './backend.ts';
import { readOpencodeError, readOpencodeRetry, type OpencodeReading } from './opencode-failures.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { numberIn, objectIn, textIn } from './payload.ts';
import type { SignalOptions, SignalState } from './signal-state.ts';
import { hasSpoken, type Signal, type SignalLog } from './signal.ts';

/** Opencode's channel: the plugin of the launch. It keeps no file that says more. */
export const opencodeSignals: BackendSignals = {
  read: readOpencodeSignals,
  files: () => [],
  acceptance: opencodeAcceptance,
};

/** Reads everything that opencode (1.18.33) says about itself through the plugin; undefined when it said nothing. */
export function readOpencodeSignals(log: SignalLog, options: SignalOptions): SignalState | undefined {
  if (!hasSpoken(log)) return undefined;
  const events = ownEvents(log);
  const told = events.reduce<OpencodeReading | undefined>((before, signal) => {
    return readEvent(signal, before, options) ?? before;
  }, undefined);
  const reading = withTools(withLoop(told, events), log);
  const side = sideFacts(log, events);
  if (reading === undefined) return { state: 'Unknown', evidence: '', ...side };
  const { atMs, ...state } = reading;
  return { ...state, evidenceAtMs: atMs, ...side, isToolRunning: isToolRunning(log, reading) };
}

/**
 * Taken once an answer to it, or to something later, was begun: a message that is sent in mid-turn stands in the
 * conversation at once, and stays there unanswered when that turn is interrupted. Ids of messages sort by time.
 */
export function opencodeAcceptance({ events }: SignalLog, nonce: string): Acceptance | undefined {
  const mark = asNonce(nonce);
  const prompt = events.find(({ event, payload }) => event === 'prompt' && textIn(payload, 'text')?.includes(mark));
  const id = textIn(prompt?.payload, 'id');
  if (id === undefined) return undefined;
  const isAnswered = events.some(
    ({ event, payload }) => event === 'answer' && (textIn(payload, 'parentID') ?? '') >= id,
  );
  return isAnswered ? 'Taken' : 'Queued';
}

// The conversation that was written to last is the agent's.
function ownEvents({ events }: SignalLog): readonly Signal[] {
  const id = sessionOf(events.findLast(({ event }) => event === 'prompt') ?? events.at(-1));
  if (id === undefined) return events;
  return events.filter((signal) => sessionOf(signal) === undefined || sessionOf(signal) === id);
}

function sessionOf(signal: Signal | undefined): string | undefined {
  return textIn(signal?.payload, 'sessionID');
}

function readEvent(
  signal: Signal,
  before: OpencodeReading | undefined,
  options: SignalOptions,
): OpencodeReading | undefined {
  const { event, atMs } = signal;
  const told = { evidence: event, atMs };
  if (event === 'plugin.loaded') return { state: 'Idle', cause: 'Fresh', ...told };
  if (event === 'session.idle') return readEnd(signal, before, options);
  if (event === 'session.status') return readStatus(signal);
  if (event === 'session.error') return readOpencodeError(signal);
  if (event === 'compaction') return { state: 'Compacting', ...told };
  if (event === 'permission.asked') return { state: 'AwaitingInput', dialog: 'Permission', ...told };
  if (event === 'question.asked') return { state: 'AwaitingInput', dialog: 'Question', ...told };
  return { state: 'Busy', ...told };
}

// Its end is told for a turn that failed, too, and then twice: what the turn ended with counts.
function readEnd(
  { event, atMs, payload }: Signal,
  before: OpencodeReading | undefined,
  { waitMarker }: SignalOptions,
): OpencodeReading | undefined {
  if (before !== undefined && isEnd(before)) return undefined;
  const marker = findWaitMarker((textIn(payload, 'text') ?? '').split('\n'), waitMarker);
  return { state: 'Idle', evidence: event, atMs, ...(marker === undefined ? {} : { waitMarker: marker }) };
}

function isEnd({ state, cause, isRetrying }: OpencodeReading): boolean {
  if (state === 'Idle') return cause !== 'Fresh';
  return ['ApiError', 'AuthRequired', 'UsageLimited'].includes(state) && isRetrying !== true;
}

// That it is idle is told once more by an event of its own, which has the last words of the turn.
function readStatus(signal: Signal): OpencodeReading | undefined {
  const status = objectIn(signal.payload, 'status');
  const type = textIn(status, 'type');
  if (type === 'retry') return readOpencodeRetry(signal);
  return type === 'busy' ? { state: 'Busy', evidence: 'session.status (busy)', atMs: signal.atMs } : undefined;
}

/** Compactions in one turn from which on it goes round in circles. */
const LOOP = 3;

// A conversation that does not fit even when it is compacted is compacted again and again, with a request each time.
function withLoop(reading: OpencodeReading | undefined, events: readonly Signal[]): OpencodeReading | undefined {
  const start = events.findLastIndex(({ event }) => event === 'prompt' || event === 'session.idle');
  const rounds = events.slice(start + 1).filter(({ event }) => event === 'session.compacted').length;
  const isRunning = reading?.state === 'Busy' || reading?.state === 'Compacting' || reading?.cause === 'ContextFull';
  if (reading === undefined || rounds < LOOP || !isRunning) return reading;
  const evidence = `compacted ${String(rounds)} times in one turn, and the context is still full`;
  return { state: 'ApiError', cause: 'ContextFull', isRetrying: true, evidence, atMs: reading.atMs };
}

function withTools(told: OpencodeReading | undefined, { latest }: SignalLog): OpencodeReading | undefined {
  const newest = [latest['tool.before'], latest['tool.after']]
    .filter((signal) => signal !== undefined)
    .toSorted((a, b) => a.atMs - b.atMs)
    .at(-1);
  if (newest === undefined || told?.state !== 'Busy' || newest.atMs <= told.atMs) return told;
  const tool = textIn(newest.payload, 'tool');
  return { ...told, evidence: `${newest.event} (${tool ?? '?'})`, atMs: newest.atMs };
}

function isToolRunning({ latest }: SignalLog, reading: OpencodeReading): boolean | undefined {
  const call = textIn(latest['tool.before']?.payload, 'callID');
  if (call === undefined || reading.state !== 'Busy') return undefined;
  return textIn(latest['tool.after']?.payload, 'callID') === call ? undefined : true;
}

function sideFacts({ latest }: SignalLog, events: readonly Signal[]) {
  const session = latest['session']?.payload;
  const message = latest['message']?.payload;
  const used = numberIn(message, 'used');
  const context = numberIn(message, 'context') ?? 0;
  const id = sessionOf(events.findLast((signal) => sessionOf(signal) !== undefined)) ?? textIn(session, 'sessionID');
  return {
    contextPercent: used === undefined || context <= 0 ? undefined : Math.round((100 * used) / context),
    usage: usageOf(session),
    conversation: id === undefined ? undefined : { id },
    version: textIn(session, 'version'),
  };
}

function usageOf(session: Signal['payload']): SignalState['usage'] {
  const tokens = numberIn(session, 'tokens');
  const usd = numberIn(session, 'cost');
  return tokens === undefined && usd === undefined ? undefined : { tokens, usd };
}
