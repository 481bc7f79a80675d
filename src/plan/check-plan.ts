import type { Observation } from '#observe/observation.ts';

import type { Plan } from './plan.ts';

/** Something a plan must never hold. `rule` is the number in the list below. */
export type PlanFinding = { readonly rule: number; readonly message: string };

type Rule = (plan: Plan, seen: Observation) => string | undefined;

/** Rules that every plan must meet, whatever made it. A plan with a finding is not carried out. */
const RULES: readonly Rule[] = [
  function actsOnlyOnKnown(plan, seen) {
    if (seen.kind !== 'Agent' || seen.tmux.state !== 'unknown') return undefined;
    const acts = plan.actions.some(({ type }) => type !== 'Finalize');
    return acts ? 'acts on an agent while it is unknown what tmux holds' : undefined;
  },
  function startsOnce(plan) {
    const starts = plan.actions.filter(({ type }) => type === 'CreateSession').length;
    return starts > 1 ? 'starts more than one session' : undefined;
  },
  function startsBesideNobody(plan, seen) {
    if (seen.kind !== 'Agent' || !plan.actions.some(({ type }) => type === 'CreateSession')) return undefined;
    const stops = plan.actions.some(({ type }) => type === 'StopSession');
    const isLive = seen.pane !== undefined && seen.process.state !== 'absent';
    return isLive && !stops ? 'starts a session beside one that may be alive' : undefined;
  },
  function leavesForeignAlone(plan, seen) {
    if (seen.kind !== 'Agent' || seen.pane?.ownership !== 'Named') return undefined;
    const touches = plan.actions.some(
      ({ type }) =>
        type === 'StopSession' ||
        type === 'TypeMessage' ||
        type === 'TypeCommand' ||
        type === 'AnswerDialog' ||
        type === 'Interrupt' ||
        type === 'CreateSession',
    );
    const isMarked = seen.pane.pane.marks['agent'] !== undefined;
    const takes = isMarked && plan.actions.some(({ type }) => type === 'AdoptSession');
    return touches || takes ? 'touches a session that is not ours' : undefined;
  },
  function changesNoUnknownInstance(plan, seen) {
    if (seen.kind !== 'VirtualMachine' || seen.instance.state !== 'unknown') return undefined;
    return plan.actions.some(({ type }) => type !== 'Finalize')
      ? 'acts on an instance that could not be observed'
      : undefined;
  },
  function wipesOnlyWhatWasLookedAt(plan, seen) {
    const wipes = plan.actions.filter(({ blast }) => blast === 'recreate VM: wipes disk');
    if (wipes.length === 0) return undefined;
    const instance =
      seen.kind === 'VirtualMachine' && seen.instance.state === 'known' ? seen.instance.value : undefined;
    const isLawful = wipes.every(
      (action) =>
        action.type === 'WipeInstance' &&
        action.operation !== '' &&
        action.uuid !== '' &&
        action.uuid === instance?.config['volatile.uuid'] &&
        instance.status === 'Stopped',
    );
    return isLawful ? undefined : 'wipes a disk without an operation that was paid for, or one that was not looked at';
  },
  function saysWhy(plan) {
    const silent = [...plan.actions, ...plan.waiting].some(({ message }) => message === '');
    return silent ? 'does or waits for something without a reason' : undefined;
  },
  function endsNobodyElsewhere(plan, seen) {
    if (seen.kind !== 'Agent' || seen.lostServer.state === 'absent') return undefined;
    const ends = plan.actions.some(({ type }) => type === 'EndProcess' || type === 'CreateSession');
    return ends ? 'ends or starts an agent while one may live under another tmux server' : undefined;
  },
  function judgesNoUnknownHistory(plan, seen) {
    if (seen.kind !== 'Gate') return undefined;
    const isKnown = [seen.commits, seen.earlier, seen.signers, seen.evidence].every(({ state }) => state === 'known');
    const acts = plan.actions.some(({ type }) => type !== 'Finalize');
    return acts && !isKnown ? 'acts on a gate while it is unknown what was claimed, or by whom' : undefined;
  },
  function restartsOnProofOnly(plan, seen) {
    if (seen.kind !== 'Agent' || (seen.state?.contradiction === undefined && seen.signals?.state !== 'unknown'))
      return undefined;
    const ends = ['StopSession', 'CreateSession', 'Interrupt'];
    const isForStall = plan.actions.some(({ type, reason }) => ends.includes(type) && reason === 'StalledNoMarker');
    return isForStall ? 'ends a turn or a session for a stall that its channels do not agree on' : undefined;
  },
];

/** What is wrong with a plan; empty when it may be carried out. */
export function checkPlan(plan: Plan, seen: Observation): readonly PlanFinding[] {
  return RULES.flatMap((rule, index) => {
    const message = rule(plan, seen);
    return message === undefined ? [] : [{ rule: index + 1, message: `${plan.key}: ${message}` }];
  });
}
