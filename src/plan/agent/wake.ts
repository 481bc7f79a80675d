import { compact } from '#api/compact.ts';
import type { DeliverySpec } from '#api/delivery.ts';
import { renderPrompt } from '#api/prompt-template.ts';
import { fromIso, toIso } from '#api/time.ts';
import { backendOf } from '#backends/registry.ts';

import type { LaunchFile } from '../action.ts';
import { doNow, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { incarnationOf, isAlive, isBetweenTurns, stateOf, type AgentCase } from './agent-case.ts';
import { mayType } from './may-type.ts';
import { nextWakeMs } from './next-wake.ts';
import { SETTLED_MS } from './safe-point.ts';
import { promptVariables } from './start-prompt.ts';

/** Longest text of a wake that is typed; more of it, or more than one line, is read from a file by the agent. */
const TYPED_LENGTH = 600;

/** What is to be done about the regular wake now. `Skip`: it is due, but the last one is unanswered, so it is left out. */
export type WakeStep =
  { readonly step: 'Wake'; readonly name: string; readonly isLast: boolean } | { readonly step: 'Skip' | 'Wait' };

/** Types the wake prompt of a live agent when it is due: never in mid-turn, never twice unanswered. */
export function wake(at: AgentCase): Decision | undefined {
  const due = wakeStep(at);
  return due?.step === 'Wake' ? wakeNow(at, due) : undefined;
}

/** Which step the regular wake is at; undefined for an agent without one. */
export function wakeStep(at: AgentCase): WakeStep | undefined {
  const { wake: spec } = at.agent.spec;
  if (spec === undefined || !isAlive(at) || at.seen.wakePrompt?.state !== 'known') return undefined;
  const completedAt = sequenceEnd(at);
  if (completedAt !== undefined) return lastWake(at, completedAt);
  const dueMs = nextWakeMs(spec, lastWakeMs(at));
  if (dueMs === undefined || dueMs > at.moment.wallMs) return { step: 'Wait' };
  if (isUnanswered(at)) return { step: 'Skip' };
  if (!mayBeWoken(at)) return { step: 'Wait' };
  return { step: 'Wake', name: nameOf(at, dueMs.toString(36)), isLast: false };
}

/** Ms until the next regular wake is due; undefined without one, or when it is due already and waits for something. */
export function wakeDueInMs(at: AgentCase): number | undefined {
  const { wake: spec } = at.agent.spec;
  const dueMs = spec === undefined || sequenceEnd(at) !== undefined ? undefined : nextWakeMs(spec, lastWakeMs(at));
  return dueMs === undefined || dueMs <= at.moment.wallMs ? undefined : dueMs - at.moment.wallMs;
}

// Counted from the last wake, or from when the agent was first seen to have one; after a clock that jumped back, from now.
function lastWakeMs({ agent, moment }: AgentCase): number {
  const { wake: before } = agent.status ?? {};
  return Math.min(fromIso(before?.lastAt) ?? fromIso(before?.since) ?? moment.wallMs, moment.wallMs);
}

/** When the sequence of the agent was completed; undefined while it goes on, or when that is not known. */
export function sequenceEnd({ agent, seen }: AgentCase): string | undefined {
  const { status } = seen.related.sequence ?? {};
  const isOver =
    agent.spec.sequence !== undefined && seen.related.phases.length > 0 && status?.observedCommit !== undefined;
  return isOver && status.currentPhase === undefined ? (status.completedAt ?? status.observedCommit) : undefined;
}

// One that a person has started lives on when its sequence is over: it is told so, once, and then left in peace.
function lastWake(at: AgentCase, completedAt: string): WakeStep {
  const isTold = at.agent.status?.wake?.toldEnd === completedAt;
  if (isTold || at.agent.spec.mode !== 'Interactive' || !mayBeWoken(at)) return { step: 'Wait' };
  return { step: 'Wake', name: nameOf(at, `end-${shortHash(completedAt)}`), isLast: true };
}

function nameOf({ agent }: AgentCase, end: string): string {
  return `wake-${agent.metadata.name.slice(0, 30).replace(/-+$/, '')}-${shortHash(agent.metadata.name)}-${end}`;
}

/** True when the last wake was taken and the turn that it began is over, as far as this look shows. */
export function isAnswered(at: AgentCase): boolean {
  const wakeMs = fromIso(at.agent.status?.wake?.lastAt);
  const isSettled = !at.seen.related.deliveries.some(({ spec }) => spec.cause.kind === 'Wake');
  // Right after it was typed the turn may not show yet.
  const isOld = wakeMs === undefined || Math.abs(at.moment.wallMs - wakeMs) >= SETTLED_MS;
  return isSettled && isOld && isResting(at);
}

// Another launch knows nothing of what the one before was told.
function isUnanswered(at: AgentCase): boolean {
  const { wake: before } = at.agent.status ?? {};
  const isAsked = before?.name !== undefined && before.incarnation === incarnationOf(at);
  return isAsked && before.answeredAt === undefined && !isAnswered(at);
}

function mayBeWoken(at: AgentCase): boolean {
  return isResting(at) && mayType(at) === undefined;
}

// A program that shows no states rests when nothing has moved for a while.
function isResting(at: AgentCase): boolean {
  const hasNoStates = backendOf(at.agent.spec.backend.type).acceptance === 'None';
  const isQuiet = hasNoStates && stateOf(at)?.box === 'Empty' && (at.seen.activity?.quietMs ?? 0) >= SETTLED_MS;
  return isBetweenTurns(at) || isQuiet;
}

function wakeNow(at: AgentCase, { name, isLast }: Extract<WakeStep, { step: 'Wake' }>): Decision {
  const message = isLast ? 'its sequence is complete: this is its last wake' : 'it is time for its regular wake';
  const { text, file } = wakeText(at, isLast);
  const spec: DeliverySpec = {
    agentRef: { name: at.agent.metadata.name },
    nonce: at.moment.id,
    cause: { kind: 'Wake' },
    text,
    createdAt: toIso(at.moment.wallMs),
  };
  const why = { reason: 'WakeDue', message, blast: 'live' } as const;
  return doNow([{ type: 'CreateDelivery', ...why, name, spec, ...compact({ file }) }], 50);
}

function wakeText(at: AgentCase, isLast: boolean): { text: string; file?: LaunchFile } {
  const { sequence } = at.agent.spec;
  if (isLast)
    return {
      text: `Every phase of sequence "${sequence ?? ''}" is done and its loops are stopped. This is your last wake.`,
    };
  const template = at.seen.wakePrompt?.state === 'known' ? at.seen.wakePrompt.value : '';
  const text = renderPrompt(template, promptVariables(at, { restartReason: '', openItems: '' })).trim();
  if (text.length <= TYPED_LENGTH && !text.includes('\n')) return { text };
  const path = `${at.seen.rig.stateDir}/run/${at.agent.metadata.name}/wake.txt`;
  const say = `This is your regular wake. Read ${path} and do what it says.`;
  return { text: say, file: { path, text: `${text}\n`, mode: 0o600 } };
}
