import type { ConditionChange, Readiness } from '#api/conditions.ts';
import type { GateObject } from '#api/gate.ts';
import type { GateObservation } from '#observe/observation.ts';
import type { ScopeState } from '#plan/derive-gate.ts';
import { guardOf } from '#plan/gate/guard.ts';
import type { Foreign, GateReading } from '#plan/gate/read-gate.ts';
import { uncleanClaim } from '#plan/gate/unclean.ts';
import { waitStage } from '#plan/gate/verdict-wait.ts';

import { plainText } from './gate-scopes.ts';
import { condition, unsettledReadiness, type Pass } from './pass.ts';

type GatePass = Pass<GateObject, GateObservation>;

/** Whether the gate is as it should be: a claim that waits is, a matter that a person has to settle is not. */
export function gateReadiness(pass: GatePass, reading: GateReading | undefined): Readiness {
  const isUnsettled = pass.outcomes.some(({ result }) => result === 'Failed') || pass.plan.waiting.length > 0;
  const unsettled = isUnsettled ? unsettledReadiness(pass) : undefined;
  const carried = reading?.carried.length ?? 0;
  const told = carried === 0 ? {} : { message: 'nothing is claimed in this phase; what was claimed before it is told' };
  const scopes = reading?.scopes ?? [];
  const reason = scopes.length === 0 ? { ...gateReason(scopes), ...told } : gateReason(scopes);
  return unsettled ?? { ready: 'True', progress: 'Settled', ...reason };
}

/** Every other condition of the gate; none as long as what they rest on is not known. */
export function gateChanges(pass: GatePass, reading: GateReading | undefined): readonly ConditionChange[] {
  const guard = guardChange(pass);
  if (reading === undefined) return [guard];
  const { scopes, foreign } = reading;
  const reason = gateReason(scopes);
  const has = (state: ScopeState['state']) => scopes.some((scope) => scope.state === state);
  return [
    guard,
    condition('Claimed', has('Claimed'), reason),
    condition('Vetoed', has('Vetoed'), reason),
    condition('GatesPassed', scopes.length > 0 && scopes.every(({ state }) => state === 'Passed'), reason),
    condition('ForeignCommits', foreign.length > 0, foreignWords(foreign)),
    uncleanChange(pass, reading),
    overdueChange(pass, reading),
  ];
}

function gateReason(scopes: readonly ScopeState[]): Pick<Readiness, 'reason' | 'message'> {
  if (scopes.length === 0) return { reason: 'GateIdle', message: 'nothing is claimed' };
  const count = (state: ScopeState['state']) => scopes.filter((scope) => scope.state === state).length;
  if (count('Vetoed') > 0) return { reason: 'GateVetoed', message: 'a veto holds' };
  if (scopes.some(({ state, evidence }) => state === 'Failed' && evidence?.state === 'Failed'))
    return { reason: 'EvidenceFailed', message: 'the evidence command does not succeed at a claimed commit' };
  if (count('Failed') > 0) return { reason: 'GateFailed', message: 'a claim was answered with FAIL' };
  if (count('Unclear') > 0)
    return { reason: 'GateUnclear', message: 'a verdict is no clear PASS, FAIL or VETO on its claim' };
  if (count('Claimed') > 0) return { reason: 'GateOpen', message: 'a claim waits for a verdict' };
  if (count('EvidenceRunning') > 0)
    return { reason: 'EvidenceRunning', message: 'a PASS waits until the evidence is there' };
  return { reason: 'GatePassed', message: 'every claim has passed' };
}

const UNVERIFIED = 'a claim or verdict counts whoever made it';

// Which of the guards is in force; names are attribution, only signatures are proof.
function guardChange({ object, seen }: GatePass): ConditionChange {
  const { guard } = guardOf(object, seen);
  if (guard === 'Signatures')
    return condition('AuthorUnverified', false, {
      reason: 'SignaturesVerified',
      message: 'only commits signed by the right agent count',
    });
  if (guard === 'AuthorNames')
    return condition('AuthorUnverified', false, {
      reason: 'AuthorNamesVerified',
      message:
        "only commits with the right agent's author count; anybody can set a name, so this guards against mistakes",
    });
  const why =
    object.spec.verifyAuthor === false ? 'verifyAuthor is false' : 'the agents have no distinct author e-mails';
  return condition('AuthorUnverified', true, { reason: 'AuthorUnverified', message: `${UNVERIFIED}: ${why}` });
}

function foreignWords(foreign: readonly Foreign[]): { reason: string; message: string } {
  const [newest] = foreign;
  if (newest === undefined) return { reason: 'Settled', message: '' };
  const more = foreign.length === 1 ? '' : `, and ${String(foreign.length - 1)} more`;
  return { reason: newest.rejection, message: `${foreignSentence(newest)}${more}` };
}

/** What a commit that does not count is, and whose it says it is. */
export function foreignSentence({ commit, kind, scope, rejection }: Foreign): string {
  const who = plainText(`${commit.author.name} <${commit.author.email}>`);
  const why = {
    AuthorForeign: `its author is ${who}`,
    SignatureMissing: `it is not signed (author ${who})`,
    SignatureForeign: `it is signed by somebody else (author ${who})`,
  }[rejection];
  return `${kind.toLowerCase()} ${commit.sha.slice(0, 12)} on "${plainText(scope)}" does not count: ${why}`;
}

function uncleanChange({ object, seen }: GatePass, { scopes, carried }: GateReading): ConditionChange {
  const unclean = [...scopes, ...carried].flatMap((scope) => {
    const held = scope.awaits === undefined ? undefined : uncleanClaim(object, seen, scope);
    return held === undefined ? [] : [`claim ${scope.claim?.sha.slice(0, 12) ?? ''}: ${held}`];
  });
  const message = `the clone of "${object.spec.claimant}" held unpushed work when it claimed; ${unclean.join('; ')}`;
  return unclean.length === 0
    ? condition('ClaimUnclean', false, { reason: 'ClaimClean' })
    : condition('ClaimUnclean', true, { reason: 'ClaimUnclean', message });
}

function overdueChange({ object, moment, plan }: GatePass, { scopes, carried }: GateReading): ConditionChange {
  const isLate = [...scopes, ...carried].some((scope) => waitStage(object, scope, moment) === 'Overdue');
  const message = plan.waiting.find(({ reason }) => reason === 'VerdictOverdue')?.message ?? '';
  return isLate
    ? condition('VerdictOverdue', true, { reason: 'VerdictOverdue', message })
    : condition('VerdictOverdue', false, { reason: 'VerdictInTime' });
}
