import type { BackendSignals } from './backend.ts';
import { claudeAcceptance } from './claude-acceptance.ts';
import { followClaudeEvents, type ClaudeReading } from './claude-events.ts';
import { limitWindow } from './claude-failures.ts';
import { claudeFiles } from './claude-files.ts';
import { readClaudeProcess, reconcileClaude } from './claude-process.ts';
import { readClaudeTranscript } from './claude-transcript.ts';
import { addClaudeUsage, NO_CLAUDE_USAGE, type ClaudeUsage } from './claude-usage.ts';
import { numberIn, objectIn, textIn } from './payload.ts';
import type { SignalOptions, SignalState } from './signal-state.ts';
import { hasSpoken, type Signal, type SignalLog } from './signal.ts';

/** Claude's channels: hooks, status line, the file of its process, its transcript. */
export const claudeSignals: BackendSignals = {
  read: readClaudeSignals,
  files: claudeFiles,
  acceptance: claudeAcceptance,
  tally: {
    slot: 'transcript',
    begin: NO_CLAUDE_USAGE,
    add: (sum, line) => addClaudeUsage(sum as ClaudeUsage, line),
    tokens: (sum) => (sum as ClaudeUsage).tokens,
  },
};

/** Reads everything that claude (2.1.197) says about itself; undefined when it said nothing. */
export function readClaudeSignals(log: SignalLog, options: SignalOptions): SignalState | undefined {
  const process = readClaudeProcess(log, options);
  const isOurs = log.events.length > 0 || log.latest['statusLine'] !== undefined || process !== undefined;
  if (!hasSpoken(log) || !isOurs) return undefined;
  const told = withTools(followClaudeEvents(log.events, options), log);
  const reading = reconcileClaude(told ?? readClaudeTranscript(log, options), process, options);
  const side = sideFacts(log, options);
  const version = process?.version ?? side.version;
  if (reading === undefined) return { state: 'Unknown', evidence: '', ...side, version };
  const { atMs, ...rest } = reading;
  return {
    ...rest,
    ...side,
    evidenceAtMs: atMs,
    untilMs: reading.state === 'UsageLimited' ? resetMs(log, { ...side.limits }, atMs) : undefined,
    conversation: side.conversation ?? conversationOf(process?.conversation),
    version,
    ...runningTool(log, reading),
  };
}

// A tool that is called after the end of a turn belongs to the next one, which began without a word.
function withTools(told: ClaudeReading | undefined, log: SignalLog): ClaudeReading | undefined {
  const newest = newestOf(log.latest['PreToolUse'], log.latest['PostToolBatch']);
  if (newest === undefined || (told !== undefined && newest.atMs <= told.atMs)) return told;
  if (told?.state === 'Compacting' || told?.state === 'Exited') return told;
  const tool = textIn(newest.payload, 'tool_name');
  const evidence = tool === undefined ? newest.event : `${newest.event} (${tool})`;
  return { state: 'Busy', evidence, atMs: newest.atMs };
}

function runningTool(log: SignalLog, reading: ClaudeReading): Pick<SignalState, 'isToolRunning' | 'toolCalledMs'> {
  const called = log.latest['PreToolUse'];
  if (called === undefined || reading.state !== 'Busy') return {};
  const isRunning = newestOf(called, log.latest['PostToolBatch']) === called && isInTurn(called, log);
  return isRunning ? { isToolRunning: true, toolCalledMs: called.atMs } : {};
}

// The status line is drawn again when nothing happens, and the history is that of all sessions: they do not count.
function pulseOf(log: SignalLog): string {
  const { PreToolUse, PostToolBatch, SubagentStop, process, transcript } = log.latest;
  const times = [log.events.at(-1), PreToolUse, PostToolBatch, SubagentStop].map((one) => one?.atMs ?? 0);
  const status = numberIn(process?.payload, 'statusUpdatedAt') ?? 0;
  return [...times, status, numberIn(transcript?.payload, 'bytes') ?? 0].join(' ');
}

// A call that no turn's end came after.
function isInTurn(called: Signal, { events }: SignalLog): boolean {
  const ends = ['Stop', 'StopFailure', 'SessionStart', 'UserPromptSubmit'];
  return !events.some(({ event, atMs }) => ends.includes(event) && atMs > called.atMs);
}

function newestOf(...signals: readonly (Signal | undefined)[]): Signal | undefined {
  return signals
    .filter((one) => one !== undefined)
    .toSorted((a, b) => a.atMs - b.atMs)
    .at(-1);
}

function sideFacts(log: SignalLog, options: SignalOptions) {
  const line = log.latest['statusLine']?.payload;
  const last = log.events.findLast(({ payload }) => textIn(payload, 'session_id') !== undefined)?.payload;
  const usd = numberIn(objectIn(line, 'cost'), 'total_cost_usd');
  const id = textIn(last, 'session_id') ?? textIn(line, 'session_id');
  return {
    contextPercent: numberIn(objectIn(line, 'context_window'), 'used_percentage'),
    usage: usd === undefined ? undefined : { usd },
    conversation: conversationOf(id, textIn(last, 'transcript_path') ?? textIn(line, 'transcript_path')),
    version: textIn(line, 'version'),
    pulse: pulseOf(log),
    limits: limitsOf(line, options),
  };
}

function conversationOf(id: string | undefined, file?: string): { id: string; file?: string } | undefined {
  if (id === undefined) return undefined;
  return file === undefined ? { id } : { id, file };
}

// What was told once is remembered: replies without these headers take it out of the status line again.
function limitsOf(line: Signal['payload'], { limits = {}, nowMs }: SignalOptions): SignalState['limits'] {
  const told = Object.entries(objectIn(line, 'rate_limits') ?? {}).flatMap(([name, value]) => {
    const window = typeof value === 'object' && value !== null ? { ...value } : {};
    const seconds = numberIn(window, 'resets_at');
    return seconds === undefined ? [] : [[name, seconds * 1000] as const];
  });
  const all = Object.entries({ ...limits, ...Object.fromEntries(told) }).filter(([, atMs]) => atMs > nowMs - DAY_MS);
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

const DAY_MS = 24 * 60 * 60 * 1000;

function resetMs(log: SignalLog, limits: Readonly<Record<string, number>>, atMs: number): number | undefined {
  const failure = log.events.findLast(({ event }) => event === 'StopFailure');
  const until = limits[limitWindow(textIn(failure?.payload, 'last_assistant_message') ?? '')];
  return until !== undefined && until > atMs ? until : undefined;
}
