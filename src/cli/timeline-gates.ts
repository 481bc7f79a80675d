import type { GateObject } from '#api/gate.ts';
import { parseSubject } from '#api/parse-subject.ts';
import type { HandOff } from '#api/phase.ts';
import { fromIso, toIso } from '#api/time.ts';
import type { Commit } from '#drivers/git/git.ts';

import { claimToVerdictMs, firstPasses, gateRounds, type PhasedCommit } from './gate-rounds.ts';
import type { PhaseView } from './read-phases.ts';
import type { TimelineSource } from './read-timeline.ts';
import { spreadOf, type GateFigures, type TimelineEntry } from './timeline.ts';

/** What one gate adds to the timeline: its claims and verdicts, and how it does. */
export type GateTimeline = { readonly entries: readonly TimelineEntry[]; readonly figures: GateFigures };

/** Reads the claims and verdicts of a gate from the history of its repository. */
export function gateTimeline(gate: GateObject, source: TimelineSource): GateTimeline {
  const { name } = gate.metadata;
  const { sequence, repositoryRef } = gate.spec;
  const phases = source.phases.filter((phase) => phase.sequence === sequence);
  const commits = phased(source.commits.get(repositoryRef.name) ?? [], phases);
  const foreign = source.foreign.get(name) ?? new Set<string>();
  const handOffs = source.handOffs.filter((one) => one.gate === name);
  const entries = commits.flatMap((one) => entryOf(one, { gate, foreign, handOffs }));
  const rounds = gateRounds(commits, gate, foreign);
  const { answered, passed } = firstPasses(rounds);
  const figures: GateFigures = {
    gate: name,
    sequence,
    claims: rounds.filter(({ claim }) => claim !== undefined).length,
    verdicts: rounds.filter(({ verdict }) => verdict !== undefined).length,
    answeredScopes: answered,
    firstPassRate: answered === 0 ? undefined : passed / answered,
    claimToVerdict: spreadOf(claimToVerdictMs(rounds)),
    commitToTaken: spreadOf(commitToTakenMs(commits, handOffs)),
  };
  return { entries, figures };
}

// A commit belongs to the phase that was opened last before it; what is older than every window is of the first phase.
function phased(commits: readonly Commit[], phases: readonly PhaseView[]): readonly PhasedCommit[] {
  const runs = phases.flatMap((phase) => [...phase.earlier, phase].map((run) => ({ ...run, name: phase.name })));
  const openedAfter = new Map(
    runs.flatMap(({ openingCommit, name }) => (openingCommit === undefined ? [] : [[openingCommit, name] as const])),
  );
  let phase = runs.find(({ openingCommit, openedAt }) => openingCommit === undefined && openedAt !== undefined)?.name;
  return commits.map((commit): PhasedCommit => {
    const one = { commit, phase };
    phase = openedAfter.get(commit.sha) ?? phase;
    return one;
  });
}

function entryOf(
  { commit, phase }: PhasedCommit,
  at: { readonly gate: GateObject; readonly foreign: ReadonlySet<string>; readonly handOffs: readonly HandOff[] },
): readonly TimelineEntry[] {
  const word = parseSubject(commit.subject, at.gate.spec);
  if (word === undefined) return [];
  const note = at.foreign.has(commit.sha) ? ' (does not count: not by the right agent)' : '';
  const verdict = word.kind === 'Verdict' ? word.verdict : undefined;
  const handOffs = at.handOffs.filter(({ sha }) => sha === commit.sha);
  return [
    {
      at: toIso(Math.max(0, Math.min(commit.committedAtMs, 8.64e15))),
      sequence: at.gate.spec.sequence,
      phase,
      event: word.kind,
      about: `Gate/${at.gate.metadata.name}`,
      message: `${commit.subject.slice(0, 200)}${note}`,
      sha: commit.sha,
      scope: word.scope,
      ...(verdict === undefined ? {} : { verdict }),
      ...(handOffs.length === 0 ? {} : { handOffs }),
    },
  ];
}

// Once for each agent: that a late claim was told again says nothing about how fast it was told.
function commitToTakenMs(commits: readonly PhasedCommit[], handOffs: readonly HandOff[]): readonly number[] {
  const madeMs = new Map(commits.map(({ commit }) => [commit.sha, commit.committedAtMs]));
  const firstMs = new Map<string, number>();
  for (const { sha, agent, takenAt } of handOffs) {
    const [fromMs, toMs] = [madeMs.get(sha ?? ''), fromIso(takenAt)];
    if (fromMs === undefined || toMs === undefined) continue;
    const key = `${sha ?? ''} ${agent}`;
    firstMs.set(key, Math.min(firstMs.get(key) ?? Infinity, Math.max(0, toMs - fromMs)));
  }
  return [...firstMs.values()];
}
