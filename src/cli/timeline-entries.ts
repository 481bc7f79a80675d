import type { AgentObject } from '#api/agent.ts';
import type { GateObject } from '#api/gate.ts';
import type { SequenceObject } from '#api/sequence.ts';
import { keyOf } from '#observe/object-set.ts';

import type { PhaseRunView, PhaseView } from './read-phases.ts';
import type { TimelineSource } from './read-timeline.ts';
import type { TimelineEntry } from './timeline.ts';

/** What the objects of a sequence tell: phases, completion, notices, restarts, and what persons ordered. Not sorted. */
export function objectEntries(sequence: string, source: TimelineSource): readonly TimelineEntry[] {
  const { objects } = source;
  const agents = objects.all('Agent').filter(({ spec }) => spec.sequence === sequence);
  const owner = objects.find('Sequence', sequence);
  return [
    ...source.phases.filter((phase) => phase.sequence === sequence).flatMap(phaseEntries),
    ...(owner === undefined ? [] : sequenceEntries(owner)),
    ...agents.flatMap((agent) => restartEntries(agent, source)),
    ...orderEntries(sequence, source),
    ...objects.all('Gate').flatMap((gate) => (gate.spec.sequence === sequence ? overrideEntries(gate) : [])),
    ...noticeEntries(sequence, source),
  ];
}

function phaseEntries(phase: PhaseView): readonly TimelineEntry[] {
  return [...phase.earlier, phase].flatMap((run, index) => runEntries(phase, run, index > 0));
}

function runEntries(phase: PhaseView, run: PhaseRunView, isAgain: boolean): readonly TimelineEntry[] {
  const base = { sequence: phase.sequence, phase: phase.name, about: `Phase/${phase.name}` };
  const title = phase.title === undefined ? '' : `: ${phase.title}`;
  const { openedAt, openingCommit, doneAt, doneCommit, doneBy } = run;
  const opened = `phase "${phase.id}" is ${isAgain ? 'open again' : 'open'}${title}`;
  const done = `phase "${phase.id}" is done${doneBy === undefined ? '' : `, as ${doneBy.by} ordered`}`;
  return [
    ...(openedAt === undefined
      ? []
      : [{ ...base, at: openedAt, event: 'PhaseOpened' as const, message: opened, sha: openingCommit }]),
    ...(doneAt === undefined
      ? []
      : [{ ...base, at: doneAt, event: 'PhaseDone' as const, message: done, sha: doneCommit, by: doneBy }]),
  ];
}

function sequenceEntries({ metadata, status }: SequenceObject): readonly TimelineEntry[] {
  const base = { sequence: metadata.name, phase: undefined, about: `Sequence/${metadata.name}` };
  const orders = (status?.orders ?? []).map((order): TimelineEntry => {
    const end = order.refused === undefined ? '' : `; not carried out: ${order.refused}`;
    const message = `${order.by}: ${order.verb.toLowerCase()} phase "${order.phase}"${because(order.why)}${end}`;
    const by = { by: order.by, at: order.at, why: order.why };
    return { ...base, phase: order.phase, at: order.at, event: 'Order', message, by };
  });
  const { completedAt, completedCommit: sha } = status ?? {};
  return completedAt === undefined
    ? orders
    : [...orders, { ...base, at: completedAt, event: 'Complete', message: 'every phase is done', sha }];
}

// Status remembers the last restarts; older ones are told by events.
function restartEntries(agent: AgentObject, { events }: TimelineSource): readonly TimelineEntry[] {
  const about = keyOf(agent);
  const base = { sequence: agent.spec.sequence ?? '', phase: undefined, about, event: 'Restart' as const };
  const recent = (agent.status?.restarts?.recent ?? []).map(({ at, reason, message }) => ({ at, reason, message }));
  const oldest = recent[0]?.at ?? '9';
  const told = events
    .filter((event) => event.about === about && event.message.startsWith('restarted: ') && event.at < oldest)
    .map(({ at, reason, message }) => ({ at, reason, message: message.slice('restarted: '.length) }));
  return [...told, ...recent].map(({ at, reason, message }) => ({ ...base, at, message: `${reason}: ${message}` }));
}

/** Orders that objects keep, beside those that a sequence and a gate write down. */
const KEPT_ORDERS = ['stop', 'suspend', 'restart', 'resume'] as const;

function orderEntries(sequence: string, { objects }: TimelineSource): readonly TimelineEntry[] {
  return objects
    .every()
    .filter((object) => isOfSequence(object, sequence))
    .flatMap((object) =>
      KEPT_ORDERS.flatMap((verb): TimelineEntry[] => {
        const order = object.operator?.[verb];
        if (order === undefined) return [];
        const message = `${order.by}: ${verb}${because(order.why)}`;
        const by = { by: order.by, at: order.at, why: order.why };
        return [{ sequence, phase: undefined, about: keyOf(object), at: order.at, event: 'Order', message, by }];
      }),
    );
}

function isOfSequence(object: ReturnType<TimelineSource['objects']['every']>[number], sequence: string): boolean {
  if (object.kind === 'Rig') return true;
  if (object.kind === 'Sequence') return object.metadata.name === sequence;
  const isMember = object.kind === 'Agent' || object.kind === 'Phase' || object.kind === 'Gate';
  return isMember && object.spec.sequence === sequence;
}

function overrideEntries(gate: GateObject): readonly TimelineEntry[] {
  return (gate.operator?.overrides ?? []).map((one) => ({
    sequence: gate.spec.sequence,
    phase: undefined,
    about: keyOf(gate),
    at: one.at,
    event: 'Override',
    message: `${one.by}: ${one.verdict.toUpperCase()} for ${one.scope}${because(one.why)}`,
    sha: one.commit,
    scope: one.scope,
    verdict: one.verdict,
    by: { by: one.by, at: one.at, why: one.why },
  }));
}

function noticeEntries(sequence: string, { phases, handOffs, objects }: TimelineSource): readonly TimelineEntry[] {
  return phases
    .filter((phase) => phase.sequence === sequence)
    .flatMap((phase) => {
      const kept = objects.find('Phase', phase.name)?.status?.handOffs ?? [];
      const names = new Set(kept.map(({ name }) => name));
      const live = objects.all('Delivery').filter(({ spec }) => spec.cause.phase === phase.name);
      for (const { metadata } of live) names.add(metadata.name);
      return handOffs
        .filter((one) => one.kind === 'Notice' && names.has(one.name))
        .map((one) => ({
          sequence,
          phase: phase.name,
          about: `Phase/${phase.name}`,
          at: one.seenAt,
          event: 'Notice' as const,
          message: `${one.agent} is told that the done marker does not count`,
          sha: one.sha,
          handOffs: [one],
        }));
    });
}

function because(why: string | undefined): string {
  return why === undefined ? '' : `: ${why}`;
}
