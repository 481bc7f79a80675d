import type { GateObject } from '#api/gate.ts';
import { compact } from '#api/compact.ts';
import { parseDurationMs } from '#api/quantity.ts';
import type { EvidenceView } from '#drivers/evidence/evidence.ts';
import type { GateObservation } from '#observe/observation.ts';

import type { ScopeState } from '../derive-gate.ts';
import { shortHash } from '../short-hash.ts';
import type { ScopeEvidence } from './scope-facts.ts';

/** How often a run that ends without a result is started before that counts as a failure. */
export const EVIDENCE_ATTEMPTS = 3;

/** Name of the run for a claim: another command is another run. */
export function evidenceRun(gate: GateObject, sha: string): string {
  const { command = [], timeout = '' } = gate.spec.evidence ?? {};
  return `${sha}-${shortHash(JSON.stringify([command, parseDurationMs(timeout)]))}`;
}

/** The scope with what the gate's own command shows: its failure is a FAIL whatever the verdict says, and PASS waits for it. */
export function withEvidence(gate: GateObject, seen: GateObservation, scope: ScopeState): ScopeState {
  if (!isAsked(gate, seen, scope) || scope.claim === undefined) return scope;
  const evidence = evidenceFor(gate, seen, scope.claim.sha);
  if (scope.state === 'Vetoed') return { ...scope, evidence };
  if (evidence.state === 'Failed')
    return { ...scope, evidence, state: 'Failed', awaits: undefined, isVerdictVoid: scope.state !== 'Failed' };
  return scope.state === 'Passed' && evidence.state !== 'Passed'
    ? { ...scope, evidence, state: 'EvidenceRunning' }
    : { ...scope, evidence };
}

// What was answered before the gate was first seen is history: nobody waits for a run about it.
function isAsked({ spec }: GateObject, { freshShas }: GateObservation, { verdict }: ScopeState): boolean {
  if (spec.evidence === undefined || freshShas.state !== 'known') return false;
  return verdict === undefined || freshShas.value.includes(verdict.sha);
}

function evidenceFor(gate: GateObject, seen: GateObservation, sha: string): ScopeEvidence {
  const run = evidenceRun(gate, sha);
  const view = seen.evidence.state === 'known' ? seen.evidence.value[run] : undefined;
  if (view !== undefined) return { run, ...fromView(view) };
  // A result outlives its folder: old folders are removed.
  const kept = gate.status?.scopes.find(({ evidence }) => evidence?.run === run)?.evidence;
  const isOver = kept?.state === 'Passed' || kept?.state === 'Failed';
  if (!isOver) return { run, state: 'Wanted', attempts: 0 };
  return { run, state: kept.state, attempts: kept.attempts, ...compact({ said: kept.said, output: kept.output }) };
}

function fromView({ state, attempts, said, output }: EvidenceView): Omit<ScopeEvidence, 'run'> {
  if (state === 'Running' || state === 'Passed' || state === 'Failed') return { state, attempts, said, output };
  if (state === 'Stopped' || attempts < EVIDENCE_ATTEMPTS) return { state: 'Wanted', attempts, said, output };
  return { state: 'Failed', attempts, said: `could not be run: ${said}`, output };
}
