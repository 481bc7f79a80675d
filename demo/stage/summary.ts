import { WORK } from '../crew/work.ts';
import type { Note, RemoteCommit, View } from './follow.ts';
import type { Incident } from './incidents.ts';
import { runGit, type Places } from './prepare.ts';
import { processesThatName, startTimeOf } from './proc.ts';

/** How one phase went. Times are milliseconds since the epoch. */
export type PhaseSummary = {
  readonly id: string;
  readonly title: string;
  readonly openedAtMs?: number | undefined;
  readonly doneAtMs?: number | undefined;
  readonly claims: number;
  readonly verdicts: readonly string[];
};

/** How one claim or verdict reached the other agent. */
export type Handoff = {
  readonly commit: string;
  readonly subject: string;
  readonly to?: string | undefined;
  readonly how: 'Typed' | 'StartPrompt' | 'Lost';
  /** From the moment at which the remote had it to the moment at which the other agent read it. */
  readonly latencyMs?: number | undefined;
};

/** One restart as ccci recorded it. */
export type RestartSummary = {
  readonly agent: string;
  readonly atMs: number;
  readonly reason: string;
  readonly message: string;
  readonly onPurpose?: Incident['name'] | undefined;
  /** From what was broken on purpose to the next line of the agent's own program. */
  readonly backAfterMs?: number | undefined;
};

/** One promise of the demo, and whether it was kept; looked up in store, git, tmux and the process table. */
export type Check = { readonly promise: string; readonly kept: boolean };

/** What the demo has shown. */
export type Summary = {
  readonly ok: boolean;
  readonly tookMs: number;
  readonly phases: readonly PhaseSummary[];
  readonly handoffs: readonly Handoff[];
  readonly restarts: readonly RestartSummary[];
  readonly checks: readonly Check[];
};

/** What the summary is made from. */
export type Run = {
  readonly places: Places;
  readonly view: View;
  readonly incidents: readonly Incident[];
  readonly exitCode: number | null;
  readonly tookMs: number;
  readonly more: readonly Check[];
};

/** Looks everything up once more and says what happened. */
export function summarizeRun(run: Run): Summary {
  const phases = phasesOf(run.view);
  const handoffs = handoffsOf(run.view);
  const restarts = restartsOf(run);
  const checks = [...checkPhases(run, phases), ...checkCrew(run, { handoffs, restarts }), ...run.more];
  return { ok: checks.every(({ kept }) => kept), tookMs: run.tookMs, phases, handoffs, restarts, checks };
}

function phasesOf({ objects, commits }: View): readonly PhaseSummary[] {
  const entries = objects.find('Sequence', 'demo')?.status?.phases ?? [];
  return entries.map(({ id, name, openedAt, doneAt }) => ({
    id,
    title: objects.find('Phase', name)?.spec.title ?? '',
    openedAtMs: openedAt === undefined ? undefined : Date.parse(openedAt),
    doneAtMs: doneAt === undefined ? undefined : Date.parse(doneAt),
    claims: commits.filter(({ subject }) => subject.startsWith(`claim(${WORK[id]?.scope}):`)).length,
    verdicts: commits.flatMap(({ subject }) => {
      const prefix = `review(${WORK[id]?.scope}): `;
      return subject.startsWith(prefix) ? [subject.slice(prefix.length).split(' ')[0] ?? ''] : [];
    }),
  }));
}

function handoffsOf({ commits, notes }: View): readonly Handoff[] {
  return commits
    .filter(({ subject }) => /^(claim|review)\(/.test(subject))
    .map((commit) => ({ commit: commit.sha.slice(0, 12), subject: commit.subject, ...arrival(commit, notes) }));
}

function arrival({ sha, pushedAtMs }: RemoteCommit, notes: readonly Note[]): Pick<Handoff, 'to' | 'how' | 'latencyMs'> {
  const short = sha.slice(0, 12);
  const read = notes.find(({ line, prompt }) => line?.includes(short) === true || prompt?.includes(short) === true);
  if (read === undefined) return { how: 'Lost' };
  const latencyMs = pushedAtMs === undefined ? undefined : read.at - pushedAtMs;
  return { to: read.agent, how: read.what === 'heard' ? 'Typed' : 'StartPrompt', latencyMs };
}

/** The reason that ccci has to give for what was broken. */
const REASONS = { Killed: 'SessionGone', Wedged: 'StalledNoMarker' } as const;

function restartsOf({ view, incidents }: Run): readonly RestartSummary[] {
  const restarts = view.objects.all('Agent').flatMap((agent) =>
    (agent.status?.restarts?.recent ?? []).map((restart): RestartSummary => {
      const atMs = Date.parse(restart.at);
      const cause = incidents.find(
        (one) => one.agent === agent.metadata.name && REASONS[one.name] === restart.reason && one.atMs <= atMs + 1000,
      );
      const back = view.notes.find(
        ({ agent: name, what, at }) => name === agent.metadata.name && what === 'started' && at >= atMs,
      );
      return {
        agent: agent.metadata.name,
        atMs,
        reason: restart.reason,
        message: restart.message,
        onPurpose: cause?.name,
        backAfterMs: cause === undefined || back === undefined ? undefined : back.at - cause.atMs,
      };
    }),
  );
  return restarts.sort((a, b) => a.atMs - b.atMs);
}

function checkPhases({ places, view, exitCode }: Run, phases: readonly PhaseSummary[]): readonly Check[] {
  const isComplete = view.objects.find('Sequence', 'demo')?.status?.completedAt !== undefined;
  const isMarked = phases.filter(({ id }) => hasDoneMarker(places, id)).length;
  const verdicts = phases.flatMap((phase) => phase.verdicts);
  return [
    { promise: 'the sequence is recorded as complete, and ccci ended by itself', kept: isComplete && exitCode === 0 },
    { promise: 'three phases are done, with ## DONE on the remote', kept: phases.length === 3 && isMarked === 3 },
    { promise: 'each phase ended with PASS', kept: phases.every((phase) => phase.verdicts.at(-1) === 'PASS') },
    { promise: 'one claim was answered with FAIL and claimed again', kept: verdicts.includes('FAIL') },
  ];
}

function checkCrew(
  { places, view, incidents }: Run,
  { handoffs, restarts }: Pick<Summary, 'handoffs' | 'restarts'>,
): readonly Check[] {
  const isHealed = (name: Incident['name']) =>
    incidents.some((incident) => incident.name === name && startTimeOf(incident.pid) !== incident.startTime) &&
    restarts.some(({ onPurpose, backAfterMs }) => onPurpose === name && backAfterMs !== undefined);
  // tmux names its socket in the environment of everything that runs in it.
  const alive = processesThatName(places.tmuxSocket).length;
  return [
    { promise: 'the killed session was started again', kept: isHealed('Killed') },
    { promise: 'the wedged agent was recognised and started again', kept: isHealed('Wedged') },
    {
      promise: 'every claim and every verdict reached the other agent',
      kept: handoffs.every(({ how }) => how !== 'Lost'),
    },
    { promise: 'no message was typed twice into one launch', kept: !hasRepeats(view.notes) },
    { promise: 'after the last phase no session and no process is left', kept: alive === 0 },
  ];
}

function hasDoneMarker({ remote }: Places, phase: string): boolean {
  try {
    return /^## DONE/m.test(runGit(remote, 'show', `main:STATUS-${phase}.md`));
  } catch {
    return false;
  }
}

function hasRepeats(notes: readonly Note[]): boolean {
  const heard = notes
    .filter(({ what }) => what === 'heard')
    .map(({ incarnation, line }) => `${incarnation} ${line?.replace(/^\[ccci \w+\] /, '')}`);
  return new Set(heard).size !== heard.length;
}
