import type { AgentObject } from '#api/agent.ts';
import { decodeObject } from '#api/decode.ts';
import type { Kind } from '#api/kind.ts';
import type { ObjectByKind } from '#api/kinds.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import type { Commit } from '#drivers/git/git.ts';
import type { ProcessView } from '#drivers/process/process.ts';
import type { PaneView } from '#drivers/tmux/tmux.ts';
import type { AgentObservation, AgentRelations, PaneClaim } from '#observe/observation.ts';
import type { Rig } from '#observe/rig.ts';
import type { AgentCase } from '#plan/agent/agent-case.ts';

/** The moment that plans of tests are made for. */
export const NOW_MS = Date.parse('2026-03-01T10:00:00.000Z');

/** The rig that plans of tests are made for. */
export const RIG: Rig = {
  id: 'rig1',
  stateDir: '/state',
  workspace: '/plans',
  environment: { PATH: '/usr/bin' },
  asRoot: false,
};

/** An object as the pipeline sees it, from as little as its schema wants. */
export function objectOf<K extends Kind>(
  kind: K,
  given: { name?: string; spec?: object; status?: object; operator?: object; metadata?: object } = {},
): ObjectByKind[K] {
  const { name = 'sample', spec = {}, status, operator, metadata = {} } = given;
  const decoded = decodeObject({
    apiVersion: 'ccci.dev/v1alpha1',
    kind,
    metadata: { name, generation: 1, ...metadata },
    spec,
    ...(status === undefined ? {} : { status: { conditions: [], ...status } }),
    ...(operator === undefined ? {} : { operator }),
  });
  if ('unreadable' in decoded) throw new Error(`could not make a ${kind} for a test: ${decoded.unreadable}`);
  return decoded.object as ObjectByKind[K];
}

/** A loop agent named builder, of a program that only prints. */
export function agentOf(
  given: { spec?: object; status?: object; operator?: object; metadata?: object } = {},
): AgentObject {
  const spec = {
    mode: 'Loop',
    workdir: '/work/builder',
    backend: { type: 'command', command: ['./agent.sh'] },
    ...given.spec,
  };
  return objectOf('Agent', { name: 'builder', ...given, spec });
}

/** A live process of that agent. */
export function processOf(given: Partial<ProcessView> = {}): ProcessView {
  const env = { CCCI_RIG: RIG.id, CCCI_AGENT: 'builder', CCCI_INCARNATION: 'inc1' };
  return { pid: 100, ppid: 50, startTime: 7, state: 'S', cpuTicks: 0, env, argv: ['./agent.sh'], ...given };
}

/** The pane of that agent, with its marks. */
export function paneOf(given: Partial<PaneView> = {}, ownership: PaneClaim['ownership'] = 'Ours'): PaneClaim {
  const marks = { rig: RIG.id, agent: 'builder', incarnation: 'inc1' };
  const pane = { sessionId: '$1', sessionName: 'builder', paneId: '%1', panePid: 100, dead: false, inMode: false };
  return { ownership, pane: { ...pane, attachedClients: 0, marks, ...given } };
}

/** An empty tmux server, no session, a clone that is there: what an agent needs for a first start. */
export function seenOf(
  given: Partial<Omit<AgentObservation, 'related'>> & { related?: Partial<AgentRelations> } = {},
): AgentObservation {
  const { related, ...seen } = given;
  return {
    kind: 'Agent',
    rig: RIG,
    tmux: known({ serverPid: 50, panes: [] }),
    duplicates: [],
    process: ABSENT,
    leftovers: known([]),
    lostServer: ABSENT,
    screen: ABSENT,
    workdir: known({ kind: 'Clone' }),
    prompt: known('Build it.'),
    promptHash: 'p1',
    environmentProblems: [],
    environmentHashes: {},
    ...seen,
    related: {
      account: objectOf('Account', { name: 'command' }),
      phases: [],
      dependencies: [],
      deliveries: [],
      stalledOthers: [],
      unreadable: [],
      ...related,
    },
  };
}

/** What a look at a machine sees beside its instance where nothing is in the way. */
export const MACHINE_SIGHT = {
  cloudInit: {},
  cloudInitProblems: [],
  disk: unknown('NotObserved', 'not needed'),
  preconditions: [],
  related: { agents: [], busyAgents: [], busyMachines: [], failingOthers: [] },
};

/** One agent's case, for the functions that plan it. */
export function caseOf(agent: AgentObject, seen: AgentObservation, wallMs = NOW_MS): AgentCase {
  return { key: `Agent/${agent.metadata.name}`, agent, seen, moment: { wallMs, id: 'fresh1' } };
}

/** Commits with these subjects, given oldest first as people tell them; answered newest first as git does. */
export function commitsOf(subjects: readonly string[], author = 'builder'): Commit[] {
  const made = subjects.map((subject, index) => ({
    sha: String(index + 1).padStart(40, '0'),
    parents: index === 0 ? [] : [String(index).padStart(40, '0')],
    subject,
    author: { name: author, email: `${author}@example.org` },
    committedAtMs: NOW_MS - (subjects.length - index) * 60_000,
  }));
  return made.reverse();
}
