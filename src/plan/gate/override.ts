import type { GateObject } from '#api/gate.ts';

import type { ScopeState } from '../derive-gate.ts';
import type { Override } from './scope-facts.ts';

const STATES = { Pass: 'Passed', Fail: 'Failed', Veto: 'Vetoed' } as const;

/** The commit that a person's word on a scope is about: its claim, or the veto where nothing is claimed. */
export function overriddenCommit({ claim, verdict }: Pick<ScopeState, 'claim' | 'verdict'>): string | undefined {
  return claim?.sha ?? verdict?.sha;
}

/** The scope as a person's word leaves it. The word holds for the one claim; a newer claim ends it, and so does a veto that the person had not seen. */
export function withOverride(gate: GateObject, scope: ScopeState): ScopeState {
  const override = gate.operator?.overrides?.find(({ commit }) => commit === overriddenCommit(scope));
  if (override === undefined || !holds(override, scope)) return scope;
  return { ...scope, state: STATES[override.verdict], awaits: undefined, override };
}

function holds(override: Override, scope: ScopeState): boolean {
  return scope.state !== 'Vetoed' || override.verdict === 'Veto' || scope.verdict?.sha === override.answer;
}
