import type { AgentStatus } from '#api/agent.ts';
import type { AgentStateStatus } from '#api/agent-state-status.ts';
import { compact } from '#api/compact.ts';
import { toIso } from '#api/time.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { redactSecrets } from '#backends/redact-screen.ts';

import { doneOutcome, isoOf } from '../pass.ts';
import type { AgentPass } from './agent-pass.ts';

const PERCENT_STEP = 5;
const EVIDENCE_LENGTH = 160;

/**
 * What the agent is doing. Evidence is that of the first look that saw this state: what only goes on writes nothing. A
 * look that could not tell leaves what was known, except after a start.
 */
export function stateStatus(pass: AgentPass): Partial<AgentStatus> {
  const before = pass.object.status?.state;
  const limits = before?.limits;
  if (doneOutcome(pass, 'CreateSession') !== undefined) {
    const started = { name: 'Starting', evidence: 'launched', source: 'Kernel' as const, since: isoOf(pass) };
    return { state: { ...started, ...compact({ limits }) } };
  }
  if (pass.seen.process.state === 'absent') return endedState(pass, before);
  const { state } = pass.seen;
  if (state === undefined) return before === undefined ? {} : { state: before };
  const next = nextState(state, before, isoOf(pass));
  return { state: before !== undefined && isSame(before, next) ? { ...next, ...keptOf(before) } : next };
}

function endedState(pass: AgentPass, before: AgentStateStatus | undefined): Partial<AgentStatus> {
  if (pass.object.status?.incarnation === undefined) return {};
  if (before?.name === 'Exited') return { state: before };
  const limits = before?.limits;
  const ended = { name: 'Exited', evidence: 'its process is gone', source: 'Kernel' as const, since: isoOf(pass) };
  return { state: { ...ended, ...compact({ limits }) } };
}

function nextState(state: AgentState, before: AgentStateStatus | undefined, now: string): AgentStateStatus {
  const { cause, dialog, source } = state;
  const until = state.untilMs === undefined ? undefined : toIso(state.untilMs);
  return {
    name: state.state,
    ...compact({ cause, dialog, until, percent: percentOf(state) }),
    evidence: redactSecrets(state.evidence).trim().slice(0, EVIDENCE_LENGTH),
    source,
    since: before?.name === state.state ? before.since : now,
    ...conflictOf(state, before, now),
    ...rememberedOf(state, before),
  };
}

function percentOf({ contextPercent }: AgentState): number | undefined {
  return contextPercent === undefined ? undefined : Math.floor(contextPercent / PERCENT_STEP) * PERCENT_STEP;
}

function conflictOf({ contradiction }: AgentState, before: AgentStateStatus | undefined, now: string) {
  return contradiction === undefined ? {} : { contradiction, contradictionSince: before?.contradictionSince ?? now };
}

// What a program has told once stays true for as long as it lives.
function rememberedOf(state: AgentState, before: AgentStateStatus | undefined): Partial<AgentStateStatus> {
  const isHeard = state.hasSignals || before?.isHeard === true;
  const limits = limitsOf(state) ?? before?.limits;
  return { ...compact({ limits, version: state.version ?? before?.version }), ...(isHeard ? { isHeard } : {}) };
}

function limitsOf({ limits }: AgentState): Record<string, string> | undefined {
  if (limits === undefined) return undefined;
  return Object.fromEntries(Object.entries(limits).map(([name, atMs]) => [name, toIso(atMs)]));
}

// The words of a contradiction hold the line that the screen shows just now.
function keptOf({ evidence, source, contradiction }: AgentStateStatus): Partial<AgentStateStatus> {
  return { evidence, source, ...compact({ contradiction }) };
}

function isSame(before: AgentStateStatus, next: AgentStateStatus): boolean {
  const fields = ['name', 'cause', 'dialog', 'until'] as const;
  const isEqual = fields.every((field) => before[field] === next[field]);
  return isEqual && (before.contradiction === undefined) === (next.contradiction === undefined);
}
