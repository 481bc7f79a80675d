import { formatSpan } from '#api/time.ts';
import type { Action } from '#plan/action.ts';
import { readGate, type GateReading } from '#plan/gate/read-gate.ts';
import { phaseVerdict } from '#plan/phase/phase-verdict.ts';
import { planObject } from '#plan/plan-object.ts';
import { derivePhases } from '#plan/plan-sequence.ts';

import type { Scenario } from './read-scenario.ts';

/** The decision of a scenario as a person reads it: actions, what is waited for, and when to look again. */
export function printDecision({ object, seen, moment }: Scenario): string {
  const plan = planObject(object, seen, moment);
  const lines = [
    ...derived({ object, seen }),
    ...plan.actions.map((action) => `${action.type} ${detail(action)}- ${action.reason}: ${action.message}`),
    ...plan.waiting.map(
      ({ reason, message, needsPerson }) => `wait${needsPerson === true ? ' for a person' : ''} - ${reason}: ${message}`,
    ),
    ...(plan.actions.length + plan.waiting.length === 0 ? ['nothing to do'] : []),
    ...(plan.requeueAfterMs === undefined ? [] : [`look again after ${formatSpan(plan.requeueAfterMs)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function derived({ object, seen }: Pick<Scenario, 'object' | 'seen'>): readonly string[] {
  if (object.kind === 'Gate' && seen.kind === 'Gate') return gateLines(readGate(object, seen));
  if (object.kind === 'Phase' && seen.kind === 'Phase') {
    const verdict = phaseVerdict(object, seen);
    return [`verdict ${verdict.state}${verdict.state === 'Done' ? '' : ` - ${verdict.reason}: ${verdict.message}`}`];
  }
  if (object.kind !== 'Sequence' || seen.kind !== 'Sequence') return [];
  const phases = derivePhases(object, seen, '2026-03-01T10:00:00.000Z')?.phases ?? [];
  return phases.map(({ name, state, openingCommit }) => `${name} is ${state}${openingCommit ? ` since ${openingCommit}` : ''}`);
}

function gateLines(reading: GateReading | undefined): readonly string[] {
  if (reading === undefined) return [];
  return [
    ...reading.scopes.slice(-3).map(({ scope, state }) => `scope ${scope} is ${state}`),
    ...reading.carried.map(({ scope, state }) => `scope ${scope} from before the phase is ${state}`),
    ...reading.foreign.map(({ commit, kind, rejection }) => `${kind.toLowerCase()} ${commit.sha.slice(-2)} does not count - ${rejection}`),
  ];
}

function detail(action: Action): string {
  switch (action.type) {
    case 'CreateSession':
      return `"${action.name}"${action.restart ? ' again' : ''}${action.counted ? ', counted' : ''} [${action.blast}] `;
    case 'WipeInstance':
      return `${action.uuid} [${action.blast}] `;
    case 'StopSession':
      return `${action.target.sessionId} [${action.blast}] `;
    case 'EndProcess':
      return `${String(action.pid)} ${action.signal} `;
    case 'TypeMessage':
      return `"${action.text}" `;
    case 'Interrupt':
      return `${action.keys.join(' ')} `;
    case 'ChangeInstance':
      return `${action.change.action}${action.change.force ? ' by force' : ''} [${action.blast}] `;
    default:
      return deliveryDetail(action);
  }
}

function deliveryDetail(action: Action): string {
  if (action.type === 'CreateDelivery') return `${shortName(action.name)} to ${action.spec.agentRef.name} `;
  return action.type === 'SettleDelivery' || action.type === 'DeleteDelivery' ? `${shortName(action.name)} ` : '';
}

// What tells long names apart at their end says nothing to a reader.
function shortName(name: string): string {
  return /^.*-(?:claim|reminder|verdict|unclear|evidence|override)-[0-9a-f]{12}/.exec(name)?.[0] ?? name;
}
