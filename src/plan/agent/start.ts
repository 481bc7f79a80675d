import { PROMPT_LIMIT_BYTES } from '#api/prompt-template.ts';
import type { Reason } from '#api/reasons.ts';

import type { Action } from '../action.ts';
import { doNow, waitFor, type Decision } from '../plan.ts';
import { markOf, ownPane, processOf, targetOf, type AgentCase } from './agent-case.ts';
import { conversationFor } from './conversation.ts';
import { clearLeftovers } from './leftovers.ts';
import { exitCause } from './exit-cause.ts';
import { planLaunch, renderedPrompt } from './launch.ts';
import { waitForChange } from './refusal.ts';
import { prepareWorkdir } from './prepare-workdir.ts';
import { budgetMessage, offlineDueMs, startDue } from './restart-policy.ts';
import { heldByLimit } from './usage-limit.ts';
import { wantedState } from './wanted.ts';

/** Why a session is started. `counted` uses the restart budget and waits for the back-off. */
export type StartCause = {
  readonly reason: Reason;
  readonly message: string;
  readonly counted: boolean;
  readonly restart: boolean;
};

/** Deaths that are not the agent's fault. */
const UNCOUNTED: readonly Reason[] = ['ConnectionLost', 'ConversationGone'];

/** Plans a start, or says what it waits for. Everything must be known: nothing is started on a guess. */
export function planStart(at: AgentCase, cause: StartCause = startCause(at)): Decision {
  return (
    clearLeftovers(at) ??
    waitForPhase(at) ??
    waitForDependencies(at) ??
    prepareWorkdir(at) ??
    waitForFiles(at) ??
    (isOrdered(cause) ? undefined : (waitForChange(at) ?? heldByLimit(at))) ??
    waitForBackoff(at, cause) ??
    launch(at, cause)
  );
}

/** What a start that nobody ordered is due to. */
export function startCause(at: AgentCase): StartCause {
  const ordered = orderedRestart(at) ?? begunRestart(at);
  if (ordered !== undefined) return ordered;
  if (at.agent.status?.spending?.spentSince !== undefined)
    return { reason: 'BudgetSpent', message: 'its budget has room again', counted: false, restart: true };
  const exit = exitCause(at);
  if (exit === undefined)
    return { reason: 'NotStarted', message: 'it has no session yet', counted: false, restart: false };
  return { ...exit, counted: !UNCOUNTED.includes(exit.reason), restart: true };
}

/** A person's order to restart that was not carried out yet. It uses no budget and waits for no back-off. */
export function orderedRestart(at: AgentCase): StartCause | undefined {
  const order = at.agent.operator?.restart;
  if (order === undefined || order.id === at.agent.status?.['handledRestart']) return undefined;
  const why = order.why === undefined ? '' : `: ${order.why}`;
  return { reason: 'OperatorRestart', message: `${order.by} ordered a restart${why}`, counted: false, restart: true };
}

/** The restart whose stop was begun, until its start is done: ending the old session is no death that would count. */
function begunRestart({ agent }: AgentCase): StartCause | undefined {
  const begun = agent.status?.['begunRestart'] as Omit<StartCause, 'restart'> | undefined;
  return begun === undefined ? undefined : { ...begun, restart: true };
}

// A prompt is rendered for the open phase: until that is known there is none to start with.
function waitForPhase(at: AgentCase): Decision | undefined {
  const wanted = wantedState(at);
  return wanted.state === 'Unknown' ? waitFor(wanted.reason, wanted.message) : undefined;
}

function waitForDependencies(at: AgentCase): Decision | undefined {
  const open = at.seen.related.dependencies.filter((dependency) => !dependency.ready);
  if (open.length === 0) return undefined;
  const names = open.map(({ key, message }) => `${key} (${message})`).join(', ');
  return waitFor('DependencyNotReady', `waits until ${names} is Ready`);
}

function waitForFiles(at: AgentCase): Decision | undefined {
  const { environmentProblems } = at.seen;
  if (environmentProblems.length > 0) {
    return waitFor('EnvironmentMissing', environmentProblems.join('; '), { needsPerson: true, requeueAfterMs: 15_000 });
  }
  const rendered = renderedPrompt(at, undefined);
  if (rendered === undefined)
    return waitFor('PromptMissing', promptMessage(at), { needsPerson: true, requeueAfterMs: 15_000 });
  if (byteLength(rendered) <= PROMPT_LIMIT_BYTES) return undefined;
  return waitFor('PromptTooLarge', 'its rendered prompt is over 120 KiB, more than one argument can hold; shorten it', {
    needsPerson: true,
  });
}

// A person who orders a restart knows what has changed.
function isOrdered({ reason }: StartCause): boolean {
  return reason === 'OperatorRestart';
}

function waitForBackoff(at: AgentCase, cause: StartCause): Decision | undefined {
  if (cause.reason === 'ConnectionLost') return waitForConnection(at, cause);
  if (!cause.counted) return undefined;
  const due = startDue(at);
  const leftMs = due.dueMs - at.moment.wallMs;
  if (leftMs <= 0) return undefined;
  const reason: Reason = due.budgetSpent ? 'CrashLoopBackOff' : 'BackingOff';
  const message = due.budgetSpent ? budgetMessage(at) : `${cause.message}; it is started again after a delay`;
  return waitFor(reason, message, { untilMs: due.dueMs, requeueAfterMs: leftMs, needsPerson: due.budgetSpent });
}

function waitForConnection(at: AgentCase, { message }: StartCause): Decision | undefined {
  const untilMs = offlineDueMs(at);
  const leftMs = untilMs - at.moment.wallMs;
  const wait = { untilMs, requeueAfterMs: leftMs };
  return leftMs <= 0 ? undefined : waitFor('ConnectionLost', `${message}; it is started again after a delay`, wait);
}

function launch(at: AgentCase, cause: StartCause): Decision {
  const prompt = renderedPrompt(at, cause.restart ? cause.message : undefined) ?? '';
  const why = {
    reason: cause.reason,
    message: cause.message,
    blast: cause.restart ? 'restart session' : 'live',
  } as const;
  const start = planLaunch(at, {
    prompt,
    why,
    counted: cause.counted,
    restart: cause.restart,
    resume: conversationFor(at, cause.reason),
  });
  return doNow([...endOldSession(at, cause), start], 50);
}

function endOldSession(at: AgentCase, cause: StartCause): readonly Action[] {
  const own = ownPane(at);
  if (own === undefined) return [];
  return [
    {
      type: 'StopSession',
      reason: cause.reason,
      message: cause.message,
      blast: 'restart session',
      target: targetOf(own),
      mark: markOf(at),
      process: processOf(at),
    },
  ];
}

function promptMessage(at: AgentCase): string {
  const file = at.agent.spec.prompt?.file ?? '';
  const why = at.seen.prompt.state === 'unknown' ? at.seen.prompt.message : 'there is no such file';
  return `could not read the prompt "${file}": ${why}`;
}

// Without an encoder in the pure core: code points above 0x7f, 0x7ff and 0xffff take 2, 3 and 4 bytes of UTF-8.
function byteLength(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_00_00 ? 3 : 4;
  }
  return bytes;
}
