import type { AgentStatus } from '#api/agent.ts';
import { compact as withoutUndefined } from '#api/compact.ts';
import { fromIso, toIso } from '#api/time.ts';
import { backendOf } from '#backends/registry.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import { incarnationOf, isAlive, ownPane, stateOf, targetOf, type AgentCase } from './agent-case.ts';
import { isAtSafePoint } from './safe-point.ts';
import { somebodyTyping } from './somebody-typing.ts';
import { heldByLimit } from './usage-limit.ts';

/** The last compaction of an agent's conversation, as status keeps it. */
export type CompactionRecord = NonNullable<AgentStatus['compaction']>;

/** A conversation that is nearly full again so soon after was not helped by it. */
const WINDOW_MS = 30 * 60_000;
/** A compaction takes a request to the model; what has not begun or helped by then has failed. */
const PATIENCE_MS = 10 * 60_000;
/** Evidence of a full context has to last this long before a session is ended for it. */
const CONFIRM_MS = 5000;
const MAX_FAILURES = 2;
const LOOK_MS = 5000;

/** The compaction as of this moment: whether the last one was seen to happen, helped, or failed. */
export function compactionRecord(at: AgentCase): CompactionRecord | undefined {
  const before = ownRecord(at);
  if (!isAlive(at) || stateOf(at) === undefined) return before;
  const full = isFull(at) ? { isFullSince: before?.isFullSince ?? toIso(at.moment.wallMs) } : {};
  if (before === undefined) return isFull(at) ? { at: toIso(0), failures: 0, ...ofNow(at), ...full } : undefined;
  const { isFullSince: _since, ...kept } = before;
  return { ...kept, ...full, ...outcomeOf(at, kept) };
}

function outcomeOf(at: AgentCase, record: CompactionRecord): Partial<CompactionRecord> {
  const isConfirmed = record.isConfirmed === true || stateOf(at)?.state === 'Compacting' || hasFallen(at);
  if (isConfirmed) return { isConfirmed, ...(hasFallen(at) ? { failures: 0 } : {}) };
  const isFailed = record['isCounted'] === false && isPast(at, record.at, PATIENCE_MS);
  return isFailed ? { isConfirmed, failures: record.failures + 1, isCounted: true } : { isConfirmed };
}

// What became of an earlier session's conversation says nothing about this one's.
function ownRecord(at: AgentCase): CompactionRecord | undefined {
  const record = at.agent.status?.compaction;
  return record?.incarnation === incarnationOf(at) ? record : undefined;
}

/** The record after it was told to compact. */
export function toldToCompact(at: AgentCase, before: CompactionRecord | undefined): CompactionRecord {
  return {
    ...before,
    at: toIso(at.moment.wallMs),
    failures: before?.failures ?? 0,
    ...ofNow(at),
    isConfirmed: false,
    isCounted: false,
  };
}

/** Has an agent that rests compact its conversation when that is nearly full: at most once per window. */
export function compactContext(at: AgentCase): Decision | undefined {
  const own = ownPane(at);
  const command = backendOf(at.agent.spec.backend.type).compactCommand;
  if (own === undefined || command === undefined || !isDue(at)) return undefined;
  const { backend, liveness } = at.agent.spec;
  const where = { target: targetOf(own), backend: backend.type, waitMarker: liveness.waitMarker };
  const why = { reason: 'ContextHigh', message: 'its context is nearly full', blast: 'live' } as const;
  return (
    heldByLimit(at) ?? somebodyTyping(at) ?? doNow([{ type: 'TypeCommand', ...why, ...where, text: command }], LOOK_MS)
  );
}

function isDue(at: AgentCase): boolean {
  if (!isHigh(at) || cannotCompact(at) || stateOf(at)?.box !== 'Empty' || !isAtSafePoint(at)) return false;
  const record = compactionRecord(at);
  // One that failed may be tried again sooner than one that was done.
  return record === undefined || isPast(at, record.at, record.isConfirmed === true ? WINDOW_MS : PATIENCE_MS);
}

/** Why a live agent has to begin a fresh conversation: its context is full, or nearly, and can not be compacted. */
export function needsFreshConversation(at: AgentCase): string | undefined {
  const isLasting = isPast(at, compactionRecord(at)?.isFullSince, CONFIRM_MS);
  if (!isHigh(at) || !cannotCompact(at) || !isLasting) return undefined;
  return 'its context is full and could not be compacted; it begins a fresh conversation';
}

/** Says that a full context is dealt with, while that takes time. */
export function waitsForRoom(at: AgentCase): Decision | undefined {
  if (!isFull(at)) return undefined;
  return waitFor('ContextFull', 'its context is full; it is compacted, or begins a fresh conversation', {
    requeueAfterMs: LOOK_MS,
  });
}

// Full is what its program says; high is what its manifest bounds. Words that the agent may have written itself prove nothing.
function isFull(at: AgentCase): boolean {
  const state = stateOf(at);
  const isSaid = state?.state === 'ApiError' && state.cause === 'ContextFull' && state.spoofable !== true;
  return isSaid || (cannotCompact(at) && isHigh(at));
}

function isHigh(at: AgentCase): boolean {
  const state = stateOf(at);
  if (state?.state === 'ApiError' && state.cause === 'ContextFull') return state.spoofable !== true;
  return state?.contextPercent !== undefined && state.contextPercent >= at.agent.spec.context.compactAt;
}

function cannotCompact(at: AgentCase): boolean {
  if (backendOf(at.agent.spec.backend.type).compactCommand === undefined) return true;
  const record = ownRecord(at);
  return record !== undefined && (outcomeOf(at, record).failures ?? record.failures) >= MAX_FAILURES;
}

function hasFallen(at: AgentCase): boolean {
  const percent = stateOf(at)?.contextPercent;
  return percent !== undefined && percent < at.agent.spec.context.compactAt;
}

function isPast(at: AgentCase, since: string | undefined, spanMs: number): boolean {
  const sinceMs = fromIso(since);
  return sinceMs !== undefined && Math.abs(at.moment.wallMs - sinceMs) >= spanMs;
}

function ofNow(at: AgentCase): { incarnation?: string } {
  return withoutUndefined({ incarnation: incarnationOf(at) });
}
