import type { AgentObject } from '#api/agent.ts';
import type { PaneView } from '#drivers/tmux/tmux.ts';
import type { AgentObservation } from '#observe/observation.ts';

import { FINALIZER } from './action.ts';
import { isAlive, ownPane, targetOf, type AgentCase, type AgentStep } from './agent/agent-case.ts';
import { planAlive } from './agent/alive.ts';
import { holdForBudget } from './agent/budget.ts';
import { inbox } from './agent/inbox.ts';
import { planStart } from './agent/start.ts';
import { planStop } from './agent/stop.ts';
import { tell } from './agent/tell.ts';
import { wakeDueInMs } from './agent/wake.ts';
import { overUsageLimit } from './agent/usage-limit.ts';
import { wantedState } from './agent/wanted.ts';
import { doNow, settled, together, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** Nothing tells when a wake of an interactive session is due, or its input is free again. */
const LOOK_MS = 30_000;

/** Steps in the order in which they may decide; the first that decides ends the planning. */
const STEPS: readonly AgentStep[] = [
  unsupported,
  suspended,
  unobservable,
  deleted,
  inbox,
  foreign,
  interactive,
  unwanted,
  holdForBudget,
];

/** What to do for one agent now. Pure. */
export function planAgent(agent: AgentObject, seen: AgentObservation, moment: Moment): Plan {
  const key = `Agent/${agent.metadata.name}`;
  const at = { key, agent, seen, moment };
  return { key, ...withAccount(at, decide(at)) };
}

function decide(at: AgentCase): Decision {
  for (const step of STEPS) {
    const decision = step(at);
    if (decision !== undefined) return decision;
  }
  return isAlive(at) ? planAlive(at) : planStart(at);
}

// Its account's record is kept from the first look on, so that a limit that one agent meets is known to all.
function withAccount({ agent, seen }: AgentCase, decision: Decision): Decision {
  const isIdle =
    seen.tmux.state === 'unknown' ||
    decision.waiting.some(({ reason }) => reason === 'Suspended' || reason === 'NotSupported');
  const isDeleted = agent.metadata.deletionTimestamp !== undefined;
  const { account: record, isAccountUnreadable } = seen.related;
  if (record !== undefined || isAccountUnreadable === true || isIdle || isDeleted) return decision;
  const { account } = agent.spec.backend;
  const why = { reason: 'AccountMade', message: 'several agents may share it', blast: 'none' } as const;
  return { ...decision, actions: [...decision.actions, { type: 'EnsureAccount', ...why, name: account }] };
}

function unsupported(at: AgentCase): Decision | undefined {
  const { mode } = at.agent.spec;
  if (mode === 'Loop' || mode === 'Interactive') return undefined;
  if (at.agent.metadata.deletionTimestamp !== undefined) return finalize(at);
  return waitFor('NotSupported', `mode ${mode} is not supported in this version: nothing is started`, {
    needsPerson: true,
  });
}

function suspended(at: AgentCase): Decision | undefined {
  if (at.agent.metadata.deletionTimestamp !== undefined) return undefined;
  return whenSuspended(at.agent, at.moment);
}

function unobservable(at: AgentCase): Decision | undefined {
  const { tmux, process } = at.seen;
  if (tmux.state === 'unknown') return waitFor('TmuxUnreachable', tmux.message, { requeueAfterMs: 5000 });
  if (ownPane(at) === undefined || process.state !== 'unknown') return undefined;
  return waitFor('ProcessesUnknown', process.message, { requeueAfterMs: 5000 });
}

function deleted(at: AgentCase): Decision | undefined {
  if (at.agent.metadata.deletionTimestamp === undefined) return undefined;
  const orphan = at.agent.operator?.['orphan'] !== undefined || at.agent.spec.mode === 'Interactive';
  const { leftovers, lostServer } = at.seen;
  const isNobodyLeft = leftovers.state === 'known' && leftovers.value.length === 0 && lostServer.state === 'absent';
  const isGone = ownPane(at) === undefined && isNobodyLeft;
  if (orphan || isGone) return finalize(at);
  return planStop(at, { reason: 'Deleted', message: 'it was deleted', now: true });
}

function finalize(at: AgentCase): Decision {
  const why = { reason: 'Deleted', message: 'it was deleted', blast: 'none' } as const;
  return doNow([{ type: 'Finalize', ...why, key: at.key, finalizer: FINALIZER }]);
}

function foreign(at: AgentCase): Decision | undefined {
  const { pane, duplicates } = at.seen;
  if (duplicates.length > 0) {
    const names = duplicates.map(({ sessionName }) => `"${sessionName}"`).join(', ');
    return waitFor('DuplicateSession', `more than one session has its mark: also ${names}; end all but one`, {
      needsPerson: true,
      requeueAfterMs: 15_000,
    });
  }
  return pane?.ownership === 'Named' ? named(at, pane.pane) : undefined;
}

// Only the name fits: a mark of somebody else is respected, and only a live one without a mark is taken over.
function named(at: AgentCase, pane: PaneView): Decision | undefined {
  const person = { needsPerson: true, requeueAfterMs: 15_000 };
  const owner = pane.marks['agent'];
  if (owner !== undefined) {
    const whose = pane.marks['rig'] === at.seen.rig.id ? '' : ' of another rig';
    const message = `session "${pane.sessionName}" belongs to agent "${owner}"${whose}; rename it, or choose another session name`;
    return waitFor('SessionNameTaken', message, person);
  }
  const { process } = at.seen;
  if (process.state === 'unknown') return waitFor('ProcessesUnknown', process.message, { requeueAfterMs: 5000 });
  if (process.state === 'known' && (at.agent.spec.adopt || at.agent.spec.mode === 'Interactive')) return undefined;
  const what = process.state === 'known' ? 'that ccci did not start' : 'whose process is gone';
  const advice = at.agent.spec.adopt ? 'end it' : 'end or rename it, or set adopt: true';
  return waitFor('SessionForeign', `a session "${pane.sessionName}" ${what} is there; ${advice}`, person);
}

// A person starts, stops and owns an interactive session; it is recognised, marked and pinged, nothing else.
function interactive(at: AgentCase): Decision | undefined {
  const { pane } = at.seen;
  const isNamed = pane?.ownership === 'Named' && at.seen.process.state === 'known';
  if (isNamed) {
    const why = { reason: 'Adopted', message: 'its session runs; it is taken over as it is', blast: 'none' } as const;
    const marks = { rig: at.seen.rig.id, agent: at.agent.metadata.name, incarnation: at.moment.id };
    return doNow([{ type: 'AdoptSession', ...why, target: targetOf(pane), marks, incarnation: at.moment.id }], 50);
  }
  if (at.agent.spec.mode !== 'Interactive') return undefined;
  if (!isAlive(at)) return waitFor('NotStarted', `no session "${at.agent.spec.session}"; a person starts it`);
  const limit = overUsageLimit(at);
  return limit !== undefined && limit.actions.length > 0
    ? limit
    : (together(tell(at), limit) ?? settled(nextLookMs(at)));
}

// A wake is due at its time, not at the next look after it.
function nextLookMs(at: AgentCase): number {
  return Math.max(100, Math.min(LOOK_MS, wakeDueInMs(at) ?? LOOK_MS));
}

function unwanted(at: AgentCase): Decision | undefined {
  const wanted = wantedState(at);
  if (wanted.state === 'Stopped') return planStop(at, wanted);
  if (wanted.state === 'Running') return undefined;
  return isAlive(at) ? undefined : waitFor(wanted.reason, wanted.message);
}
