import type { ConditionChange } from '#api/conditions.ts';

import { condition, doneOutcome } from '../pass.ts';
import { alive, type AgentPass } from './agent-pass.ts';
import { guardConditions } from './guard-status.ts';

/** The conditions of an agent beside its readiness. */
export function agentChanges(pass: AgentPass): readonly ConditionChange[] {
  const { tmux } = pass.seen;
  const isRunning =
    tmux.state === 'unknown'
      ? undefined
      : alive(pass) !== undefined || doneOutcome(pass, 'CreateSession') !== undefined;
  const reason =
    isRunning === undefined
      ? 'TmuxUnreachable'
      : isRunning
        ? 'Running'
        : (pass.plan.waiting[0]?.reason ?? 'NotStarted');
  const drift = pass.plan.waiting.find((waiting) => waiting.reason === 'LaunchDrift');
  return [
    condition('SessionRunning', isRunning, { reason }),
    condition('LaunchCurrent', drift === undefined, drift ?? { reason: 'Running' }),
    ...guardConditions(pass),
  ];
}
