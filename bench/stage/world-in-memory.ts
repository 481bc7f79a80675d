import { decodeObject } from '#api/decode.ts';
import { ABSENT, known } from '#api/fact.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { PaneView } from '#drivers/tmux/tmux.ts';
import { ActivityTracker } from '#observe/activity.ts';
import { RepositoryHints } from '#observe/repository-hints.ts';
import { ObjectSet } from '#observe/object-set.ts';
import type { Readers } from '#observe/readers.ts';

const RIG = 'bench';
const SHA = 'a'.repeat(40);
const SINCE = '2026-01-01T00:00:00.000Z';
const PHASES = 40;

/** A rig of so many objects at rest (agents, phases, a gate, a repository, a sequence), and readers that know all of it by heart. */
export function worldInMemory(count: number): { readonly objects: ObjectSet; readonly readers: Readers } {
  const agents = Array.from({ length: count - PHASES - 3 }, (_, index) => `agent-${index}`);
  const phases = Array.from({ length: PHASES }, (_, index) => String(index));
  const objects = [
    encoded(
      'Repository/main',
      { url: '/remote.git' },
      { commit: SHA, observedUrl: '/remote.git', observedBranch: 'main', fetchedAt: SINCE },
    ),
    encoded(
      'Sequence/main',
      {},
      { observedCommit: SHA, currentPhase: '0', phases: phases.map((name, at) => phaseEntry(name, at)) },
    ),
    encoded(
      'Gate/handoff',
      { repositoryRef: { name: 'main' }, claimant: 'agent-0', verifier: 'agent-1' },
      { firstSeenCommit: SHA },
    ),
    ...phases.map((name, at) => encoded(`Phase/${name}`, { ...PHASE, order: at, title: `Phase ${name}` }, {})),
    ...agents.map((name) => encoded(`Agent/${name}`, agentSpec(name), agentStatus)),
  ];
  return { objects: new ObjectSet(objects), readers: readersOf(agents) };
}

const PHASE = { plan: 'plan.md', repositoryRef: { name: 'main' }, requiredGates: ['handoff'] };

const agentStatus = {
  incarnation: 'abc',
  startedAt: SINCE,
  launch: {
    ...{ version: 1, backend: 'command', argv: ['/bin/agent'], cwd: '/work', phaseId: '0', promptHash: 'hash' },
    envNames: {},
  },
};

function agentSpec(name: string): object {
  const liveness = { stallAfter: '5m', maxWait: '100h' };
  return {
    mode: 'Loop',
    workdir: '/work',
    session: name,
    sequence: 'main',
    backend: { type: 'command', command: ['/bin/agent'] },
    liveness,
  };
}

function phaseEntry(name: string, at: number): object {
  return {
    name,
    id: name,
    state: at === 0 ? 'Current' : 'Pending',
    ...(at === 0 ? { openedAt: SINCE, openingCommit: SHA } : {}),
  };
}

function encoded(key: `${string}/${string}`, spec: object, status: object): AnyObject {
  const [kind = '', name = ''] = key.split('/');
  const stamps = { uid: name, generation: 1, resourceVersion: '1', creationTimestamp: SINCE };
  const object = {
    apiVersion: 'ccci.dev/v1alpha1',
    kind,
    metadata: { name, ...stamps },
    spec,
    status: { conditions: [], ...status },
  };
  const decoded = decodeObject(object);
  if ('unreadable' in decoded) throw new Error(`could not make ${kind}/${name}: ${decoded.unreadable}`);
  return decoded.object;
}

function readersOf(agents: readonly string[]): Readers {
  const panes = agents.map((name, index) => pane(name, index));
  const commits = Array.from({ length: 200 }, (_, index) => commit(index));
  const none = () => Promise.reject(new Error('there is nothing of the kind in this world'));
  return {
    rig: { id: RIG, stateDir: '/state', workspace: '/', environment: {}, asRoot: false },
    tmux: {
      view: async () => known({ serverPid: 1, panes }),
      capture: async () => known('done\nWAITING-UNTIL: 2026-01-02T00:00:00Z'),
      isSessionName: () => true,
    },
    processes: {
      read: async (pid) => known({ pid, ppid: 1, startTime: 1, state: 'S', cpuTicks: 0, env: {}, argv: ['agent'] }),
      exitOf: async () => ABSENT,
      find: async () => known([]),
      tree: async () => known({ cpuTicks: 0, descendants: [] }),
    },
    git: {
      mirrorHead: async () => known(SHA),
      log: async () => known(commits),
      fileAt: async () => known('# Phase\n'),
      blobAt: async () => ABSENT,
      changes: async () => known([]),
      mirrorSize: async () => known({ looseObjects: 0, packs: 1 }),
      credentials: async () => known(''),
      isAncestor: async () => known(true),
      worktree: async () => known({ changed: 0, untracked: 0 }),
      signers: async () => known({}),
      clone: async () =>
        known({ kind: 'Clone', originUrl: '/remote.git', branch: 'main', head: SHA, trackingHead: SHA }),
    },
    files: { list: () => Promise.resolve([]), readText: async () => ABSENT },
    evidence: { list: async () => known({}) },
    boot: { read: async () => ABSENT },
    prober: { tcp: none, http: none, ssh: none },
    incusOf: none,
    machineOf: none,
    signals: { spool: async () => ABSENT, file: async () => ABSENT, tally: async () => ABSENT },
    events: async () => [],
    activity: new ActivityTracker(),
    hints: new RepositoryHints(),
    now: () => ({ wallMs: Date.parse(SINCE) + 60_000, monoMs: 60_000 }),
    hash: () => 'hash',
    appliedPrompt: () => undefined,
  };
}

function pane(name: string, index: number): PaneView {
  const marks = { rig: RIG, agent: name, incarnation: 'abc', launch: JSON.stringify(agentStatus.launch) };
  const ids = { sessionId: `$${index}`, paneId: `%${index}`, panePid: 1000 + index };
  return { sessionName: name, ...ids, dead: false, inMode: false, attachedClients: 0, marks };
}

function commit(index: number) {
  const subject = index % 2 === 0 ? `review(part-${index}): PASS` : `claim(part-${index - 1}): it works`;
  const sha = index.toString(16).padStart(40, '0');
  return { sha, parents: [], subject, author: { name: 'a', email: 'a@example.org' }, committedAtMs: 0 };
}
