import { activeOrder, type Order } from '#api/operator.ts';
import type { Reason } from '#api/reasons.ts';

import type { AgentCase } from './agent-case.ts';

/** Whether the agent should have a session now. `Unknown`: something that decides it has not been looked at yet. */
export type Wanted =
  | { readonly state: 'Running' }
  | { readonly state: 'Stopped'; readonly reason: Reason; readonly message: string; readonly now: boolean }
  | { readonly state: 'Unknown'; readonly reason: Reason; readonly message: string };

/** Decides by orders of a person first, then by the sequence. */
export function wantedState(at: AgentCase): Wanted {
  const { wallMs } = at.moment;
  const order = activeOrder(at.agent.operator?.stop, wallMs) ?? activeOrder(at.seen.related.stopped, wallMs);
  if (order !== undefined) {
    return { state: 'Stopped', reason: 'Stopped', message: stopMessage(order), now: order['now'] === true };
  }
  const name = at.agent.spec.sequence;
  const unreadable = at.seen.related.unreadable.filter((key) => key === 'Rig/default' || name !== undefined);
  if (unreadable.length > 0) {
    const message = `${unreadable.join(', ')} can not be read; correct the files in the state directory`;
    return { state: 'Unknown', reason: 'Unreadable', message };
  }
  return name === undefined ? { state: 'Running' } : wantedBySequence(at, name);
}

function wantedBySequence(at: AgentCase, name: string): Wanted {
  const sequence = at.seen.related.sequence;
  if (at.seen.related.phases.length === 0) {
    return { state: 'Stopped', reason: 'NoPhases', message: `sequence "${name}" has no phase; add one`, now: false };
  }
  if (sequence?.status?.observedCommit === undefined) {
    return {
      state: 'Unknown',
      reason: 'DependencyStale',
      message: `waits until it is known which phase of sequence "${name}" is open`,
    };
  }
  if (sequence.status.currentPhase === undefined) {
    return {
      state: 'Stopped',
      reason: 'SequenceComplete',
      message: `every phase of sequence "${name}" is done`,
      now: false,
    };
  }
  return { state: 'Running' };
}

function stopMessage(order: Order): string {
  const why = order.why === undefined ? '' : `: ${order.why}`;
  return `stopped by ${order.by}${why}; "ccci start" lifts it`;
}
