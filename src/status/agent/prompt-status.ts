import type { AgentStatus } from '#api/agent.ts';
import { incarnationOf } from '#plan/agent/agent-case.ts';
import { answerTo, knownVersion, promptChange, promptVersion } from '#plan/agent/prompt-change.ts';

import { alive, caseOf, type AgentPass } from './agent-pass.ts';

/** Which version of prompt and plan the running session knows: what it was started with, was told, or was first seen with. */
export function promptStatus(pass: AgentPass): Partial<AgentStatus> {
  const at = caseOf(pass);
  const incarnation = incarnationOf(at);
  const version = promptVersion(at);
  if (alive(pass) === undefined || incarnation === undefined || version === undefined) return {};
  // A session that was taken over, or was launched before this was kept: from now on changes are told.
  if (knownVersion(at) === undefined) return { promptTold: { incarnation, version, count: 0 } };
  const change = promptChange(at);
  if (change === undefined || answerTo(at) === 'Restart') return {};
  const isTold = pass.outcomes.some(
    ({ action, result }) => action.type === 'CreateDelivery' && action.reason === 'PromptChanged' && result === 'Done',
  );
  const isKnown = isTold || answerTo(at) === 'Ignore';
  return isKnown ? { promptTold: { incarnation, version, count: change.count + (isTold ? 1 : 0) } } : {};
}
