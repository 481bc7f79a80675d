import type { AgentObject } from '#api/agent.ts';
import { ABSENT, known, type Fact } from '#api/fact.ts';
import { parseDurationMs } from '#api/quantity.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { mergeState, nameState, type Evidence } from '#backends/merge-state.ts';
import { backendOf } from '#backends/registry.ts';
import type { SignalState } from '#backends/signal-state.ts';
import type { ProcessView } from '#drivers/process/process.ts';
import type { TmuxView } from '#drivers/tmux/tmux.ts';

import type { Activity } from './activity.ts';
import type { FoundPane } from './find-pane.ts';
import type { AgentObservation } from './observation.ts';
import { observeConversation } from './observe-conversation.ts';
import { observeEnvironment } from './observe-environment.ts';
import { observeLife } from './observe-life.ts';
import { observeMessages } from './observe-messages.ts';
import type { Look } from './readers.ts';
import { observeSignals, type SeenSignals } from './observe-signals.ts';
import { observeStatusLine } from './observe-status-line.ts';
import { relationsOf } from './relations.ts';

const PROMPT_FILE_MAX = 1024 * 1024;

/** Looks at one agent: its pane, process, screen, activity, folder and files. */
export async function observeAgent(agent: AgentObject, look: Look): Promise<AgentObservation> {
  const { readers } = look;
  const { rig } = readers;
  const { tmux, found, process } = await observeLife(agent, look);
  const isAlive = process.state === 'known';
  const related = relationsOf(agent, look.objects, readers.now().wallMs);
  const branch = related.repository?.spec.branch ?? 'main';
  const [leftovers, screen, workdir, prompt, environment, userStatusLine] = await Promise.all([
    isAlive ? known([]) : findLeftovers(agent, look),
    observeScreen(found, look),
    readers.git.clone(agent.spec.workdir, branch),
    observePrompt(agent, look),
    observeEnvironment(agent, readers),
    observeStatusLine(agent, readers),
  ]);
  const signals = await observeSignals(agent, found, { process, look });
  const messages = await observeMessages(agent, related, look);
  const seen = { screen, process, signals };
  return {
    kind: 'Agent',
    rig,
    tmux,
    pane: found.pane,
    duplicates: found.duplicates,
    process,
    leftovers,
    lostServer: await findLostServer(tmux, leftovers, look),
    screen,
    nonceShown: await observeNonce(agent, found, look),
    signals: signals.signals,
    userStatusLine,
    ...(await observeActivity(agent, found, { ...seen, look })),
    workdir,
    prompt,
    promptHash: prompt.state === 'known' ? readers.hash(prompt.value) : '',
    ...messages,
    conversation: await observeConversation(agent, readers),
    environmentProblems: environment.problems,
    environmentHashes: environment.hashes,
    related,
  };
}

// A pane is dead when its terminal is closed: the process may live on, and counts as a leftover then.
async function findLeftovers(agent: AgentObject, { readers }: Look): Promise<Fact<readonly ProcessView[]>> {
  return readers.processes.find({ rig: readers.rig.id, agent: agent.metadata.name });
}

// Only a process that is an agent itself runs directly under a tmux server; a tool that outlived it does not. When no
// server answers, any agent of the rig tells: a start beside a server that nobody sees would take its socket for good.
async function findLostServer(
  tmux: Fact<TmuxView>,
  leftovers: Fact<readonly ProcessView[]>,
  { readers }: Look,
): Promise<Fact<number>> {
  if (tmux.state === 'unknown') return ABSENT;
  const crew = tmux.state === 'known' ? leftovers : await readers.processes.find({ rig: readers.rig.id });
  if (crew.state !== 'known') return crew;
  const answering = tmux.state === 'known' ? tmux.value.serverPid : undefined;
  for (const { ppid } of crew.value) {
    const parent = await readers.processes.read(ppid);
    if (parent.state === 'unknown') return parent;
    const isServer = parent.state === 'known' && parent.value.argv[0]?.endsWith('tmux') === true;
    if (isServer && ppid !== answering) return known(ppid);
  }
  return ABSENT;
}

async function observeScreen(found: FoundPane, { readers }: Look): Promise<Fact<string>> {
  if (found.pane === undefined) return ABSENT;
  return readers.tmux.capture(found.pane.pane.paneId, { history: found.pane.pane.dead });
}

// A controller that died between paste and status left its nonce in status; the terminal says how far it came.
async function observeNonce(agent: AgentObject, found: FoundPane, { readers }: Look): Promise<boolean | undefined> {
  const operation = agent.status?.operation;
  if (operation?.step !== 'TypeMessage' || found.pane === undefined) return undefined;
  const screen = await readers.tmux.capture(found.pane.pane.paneId, { history: true });
  if (screen.state !== 'known') return undefined;
  return screen.value.replaceAll(/\s+/g, '').includes(`[ccci${operation.id}]`);
}

async function observeActivity(
  agent: AgentObject,
  found: FoundPane,
  at: { screen: Fact<string>; process: Fact<ProcessView>; signals: SeenSignals; look: Look },
) {
  const { screen, process, signals, look } = at;
  const key = `Agent/${agent.metadata.name}`;
  if (found.pane === undefined || process.state !== 'known') {
    if (process.state === 'absent') look.readers.activity.forget(key);
    return {};
  }
  if (screen.state !== 'known') return { state: stateOf(agent, { signals: signals.signalState }, look) };
  const { signalState } = signals;
  const backend = backendOf(agent.spec.backend.type);
  const screenState = backend.classify(screen.value, { waitMarker: agent.spec.liveness.waitMarker });
  const state = stateOf(agent, { signals: signalState, screen: screenState }, look);
  const tree = await look.readers.processes.tree(process.value.pid);
  const now = look.readers.now();
  const glance = {
    subject: `${String(process.value.pid)}.${String(process.value.startTime)}`,
    screen: known(backend.steadyScreen?.(screen.value) ?? screen.value),
    tree,
    pulse: signalState?.pulse,
    hasSpinner: backend.steadyScreen !== undefined,
    toolAgeMs: toolAge(signalState, now.wallMs),
    marker: state.waitMarker,
    stepAt: agent.status?.stall?.stepAt,
  };
  const activity: Activity | undefined = look.readers.activity.look(key, glance, now);
  return { screenState, state: nameQuiet(state, activity, agent), activity };
}

function toolAge(signals: SignalState | undefined, nowMs: number): number | undefined {
  return signals?.toolCalledMs === undefined ? undefined : Math.max(0, nowMs - signals.toolCalledMs);
}

// A turn in which nothing at all has moved for too long. Channels that contradict each other prove nothing.
function nameQuiet(state: AgentState, activity: Activity | undefined, { spec }: AgentObject): AgentState {
  const isQuiet = (activity?.quietMs ?? 0) >= parseDurationMs(spec.liveness.wedgedAfter);
  const isInTurn = state.state === 'Busy' || state.state === 'Compacting';
  return isQuiet && isInTurn && state.contradiction === undefined ? { ...state, state: 'Wedged' } : state;
}

function stateOf(agent: AgentObject, evidence: Omit<Evidence, 'nowMs'>, { readers }: Look): AgentState {
  const nowMs = readers.now().wallMs;
  const bounds = { waitMarker: agent.spec.liveness.waitMarker, contextHighPercent: agent.spec.context?.compactAt };
  return nameState(mergeState({ ...evidence, nowMs }), bounds, nowMs);
}

async function observePrompt(agent: AgentObject, { readers }: Look): Promise<Fact<string>> {
  const { prompt } = agent.spec;
  if (prompt === undefined) return ABSENT;
  if (prompt.inline !== undefined) return known(prompt.inline);
  const text = await readers.files.readText(prompt.file ?? '', PROMPT_FILE_MAX);
  const applied = readers.appliedPrompt(`Agent/${agent.metadata.name}`);
  return text.state !== 'known' && applied !== undefined ? known(applied) : text;
}
