import type { AgentObject } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { AnyObject, ObjectByKind } from '#api/kinds.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { backendOf } from '#backends/registry.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { stateOfScreen } from '#backends/merge-state.ts';
import type { CloneView } from '#drivers/git/git.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';
import type { ProbeResult } from '#drivers/probe/probe.ts';
import type { AgentObservation, Observation, PaneClaim } from '#observe/observation.ts';

import { objectOf, paneOf, processOf, RIG, seenOf, MACHINE_SIGHT } from '../support/plan-input.ts';

import { readGateSeen, type GateGiven } from './read-gate-seen.ts';
import { readNotifierSeen, type NotifierGiven } from './read-notifier-seen.ts';

type Short = { name?: string; spec?: object; status?: object; operator?: object };

/** What was seen, in as few words as a person likes to write; what is left out is as it usually is. */
export type Given = GateGiven & NotifierGiven & {
  readonly tmux?: 'absent' | 'unknown';
  readonly pane?: Partial<PaneClaim['pane']> & { ownership?: PaneClaim['ownership'] };
  readonly process?: 'known' | 'unknown';
  readonly leftovers?: readonly number[] | 'unknown';
  readonly lostServer?: number;
  readonly duplicates?: readonly string[];
  readonly screen?: string;
  /** What all channels together say, over what the screen says. */
  readonly state?: Partial<AgentState>;
  readonly account?: object;
  readonly accountRank?: number;
  /** Agents that share the account. */
  readonly agents?: readonly Short[];
  readonly clients?: PaneClaim['pane']['clients'];
  readonly conversation?: { readonly id: string; readonly isOpen: boolean };
  readonly openConversations?: readonly string[];
  /** What a dead pane shows. */
  readonly lastScreen?: string;
  readonly quiet?: string;
  readonly markerSince?: string;
  readonly workdir?: CloneView['kind'];
  readonly originUrl?: string;
  readonly prompt?: string;
  /** Content of the inbox, as git names it. */
  readonly inbox?: string;
  readonly wakePrompt?: string;
  readonly planHash?: string;
  /** Prompts that its program says it was given, by text. */
  readonly submitted?: readonly string[];
  readonly nonceShown?: boolean;
  readonly phases?: readonly Short[];
  readonly sequence?: Short;
  readonly deliveries?: readonly (Short & { spec: { cause?: object; text?: string } })[];
  readonly dependencies?: AgentObservation['related']['dependencies'];
  readonly stopped?: object;
  readonly stalledOthers?: readonly string[];
  readonly blockedPhase?: string;
  readonly commit?: string;
  readonly statusFile?: string;
  readonly clearStatusFiles?: readonly string[];
  readonly gates?: readonly Short[];
  readonly mirrorHead?: string;
  /** When the webhook hinted last. */
  readonly hintedAt?: string;
  /** Stamp of the credentials, or `exposed`. */
  readonly credentials?: string;
  readonly cloneHeads?: Readonly<Record<string, string>>;
  readonly instance?: Partial<InstanceView> | 'unknown';
  readonly image?: string;
  readonly operation?: 'Running' | 'Success' | 'Failure';
  readonly probes?: Readonly<Record<string, ProbeResult>>;
};

/** The observation for an object. */
export function readSeen(object: AnyObject, given: Given): Observation {
  switch (object.kind) {
    case 'Agent':
      return agentSeen(object, given);
    case 'Gate':
      return gateSeen(object, given);
    case 'Phase':
      return phaseSeen(given);
    case 'Sequence':
      return { kind: 'Sequence', unreadable: [], phases: phasesOf(given), repositories: [repositoryOf(given)] };
    case 'Repository':
      return repositorySeen(given);
    case 'VirtualMachine':
      return machineSeen(given);
    case 'Account':
      return { kind: 'Account', agents: (given.agents ?? []).map((agent) => objectOf('Agent', agent)) };
    case 'Rig':
      return { kind: 'Rig', boot: ABSENT, life: undefined, logPath: '/state/REBOOTS.md', log: ABSENT, phases: [] };
    case 'Notifier':
      return readNotifierSeen(given);
    default:
      return { kind: object.kind };
  }
}

function repositorySeen(given: Given): Observation {
  const mirrorHead: Fact<string> = given.mirrorHead === undefined ? ABSENT : known(given.mirrorHead);
  const cloneHeads = given.cloneHeads ?? {};
  return { kind: 'Repository', rig: RIG, mirror: '/state/m.git', mirrorHead, cloneHeads, ...repositoryAccess(given) };
}

function repositoryAccess({ hintedAt, credentials }: Given) {
  return compact({
    hintedAtMs: hintedAt === undefined ? undefined : Date.parse(hintedAt),
    credentials: credentials === undefined ? undefined : credentials === 'exposed' ? exposed() : known(credentials),
  });
}

function exposed(): Fact<string> {
  return unknown('CredentialsExposed', '"/etc/testenv" is open to other users (mode 0644); run: chmod 600 /etc/testenv');
}

function agentSeen(agent: AgentObject, given: Given): AgentObservation {
  const { ownership, ...pane } = given.pane ?? {};
  const { lostServer, workdir: kind = 'Clone', originUrl } = given;
  return seenOf({
    ...tmuxFact(given),
    ...(given.pane === undefined ? {} : { pane: paneOf({ ...pane, ...compact({ clients: given.clients }) }, ownership) }),
    ...(isAlive(given) ? alive(agent, given) : {}),
    ...(given.lastScreen === undefined ? {} : { screen: known(given.lastScreen) }),
    ...(given.conversation === undefined ? {} : { conversation: known(given.conversation) }),
    ...(given.process === 'unknown' ? { process: hidden('ProcessesUnreadable') } : {}),
    leftovers: leftoversOf(given),
    lostServer: lostServer === undefined ? ABSENT : known(lostServer),
    duplicates: (given.duplicates ?? []).map((sessionName) => paneOf({ sessionName }).pane),
    workdir: known({ kind, ...compact({ originUrl }) }),
    prompt: known(given.prompt ?? 'Build it.'),
    ...messagesOf(given),
    related: relatedOf(given),
  });
}

function messagesOf({ inbox, wakePrompt, planHash, submitted, nonceShown }: Given): Partial<AgentObservation> {
  const events = (submitted ?? []).map((prompt) => ({ event: 'UserPromptSubmit', atMs: 0, payload: { prompt } }));
  return {
    inbox: inbox === undefined ? ABSENT : known(inbox),
    wakePrompt: wakePrompt === undefined ? ABSENT : known(wakePrompt),
    ...compact({ planHash, nonceShown }),
    ...(submitted === undefined ? {} : { signals: known({ events, latest: {} }) }),
  };
}

function isAlive({ pane, process }: Given): boolean {
  return pane !== undefined && pane.dead !== true && process !== 'unknown';
}

function tmuxFact({ tmux }: Given): Pick<AgentObservation, 'tmux'> | undefined {
  return tmux === undefined ? undefined : { tmux: tmux === 'absent' ? ABSENT : hidden('TmuxUnreachable') };
}

function leftoversOf({ leftovers = [] }: Given): AgentObservation['leftovers'] {
  return leftovers === 'unknown' ? hidden('ProcessesUnreadable') : known(leftovers.map((pid) => processOf({ pid })));
}

function alive(agent: AgentObject, { screen = '', quiet = '0s', markerSince, state }: Given): Partial<AgentObservation> {
  const { waitMarker } = agent.spec.liveness;
  const screenState = backendOf(agent.spec.backend.type).classify(screen, { waitMarker });
  return {
    process: known(processOf()),
    screenState,
    ...(state === undefined ? {} : { state: { ...stateOfScreen(screenState), ...state } }),
    activity: { quietMs: parseDurationMs(quiet), ...when(markerSince) },
  };
}

function relatedOf(given: Given): Partial<AgentObservation['related']> {
  const { sequence, dependencies = [], stalledOthers = [], stopped, blockedPhase } = given;
  return {
    repository: repositoryOf(given),
    ...(sequence === undefined ? {} : { sequence: objectOf('Sequence', { name: 'main', ...sequence }) }),
    phases: phasesOf(given),
    deliveries: deliveriesOf(given),
    dependencies,
    stalledOthers,
    ...compact({ blockedPhase, accountRank: given.accountRank, openConversations: given.openConversations }),
    ...(given.account === undefined ? {} : { account: objectOf('Account', { name: 'team', status: given.account }) }),
    ...(stopped === undefined ? {} : { stopped: stopped as never }),
  };
}

function when(markerSince: string | undefined): { markerSinceMs?: number } {
  return markerSince === undefined ? {} : { markerSinceMs: Date.parse(markerSince) };
}

function gateSeen(gate: ObjectByKind['Gate'], given: Given): Observation {
  return {
    ...readGateSeen(gate, given),
    repository: repositoryOf(given),
    sequence: objectOf('Sequence', given.sequence ?? { status: { observedCommit: 'c1', phases: [] } }),
    deliveries: deliveriesOf(given),
  };
}

function phaseSeen(given: Given): Observation {
  return {
    kind: 'Phase',
    repository: repositoryOf(given),
    ...(given.sequence === undefined ? {} : { sequence: objectOf('Sequence', { name: 'main', ...given.sequence }) }),
    gates: (given.gates ?? []).map((gate) => ({ name: gate.name ?? '', gate: gateOf(gate) })),
    statusFile: given.statusFile === undefined ? ABSENT : known(given.statusFile),
    clearStatusFiles: (given.clearStatusFiles ?? []).map((text) => known(text)),
    notices: deliveriesOf(given),
    handOffs: [],
  };
}

function gateOf(gate: Short): ObjectByKind['Gate'] {
  const spec = { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' };
  return objectOf('Gate', { ...gate, spec, status: { observedGeneration: 1, ...gate.status } });
}

function machineSeen(given: Given): Observation {
  const usual = { name: 'vm', status: 'Running', statusCode: 103, type: 'container', config: {}, devices: {} };
  const rest = { description: '', etag: 'e', createdAt: '', lastUsedAt: '', halfCreated: false };
  const own = { config: { 'user.ccci.rig': RIG.id, 'user.ccci.name': 'vm' } };
  return {
    kind: 'VirtualMachine',
    rig: RIG,
    instance:
      given.instance === 'unknown'
        ? hidden('ServerHung')
        : given.instance === undefined
          ? ABSENT
          : known({ ...usual, ...rest, ...own, ...given.instance }),
    image: given.image === undefined ? ABSENT : known(given.image),
    ...(given.operation === undefined ? {} : { operation: known({ status: given.operation }) }),
    busyWith: known([]),
    ...MACHINE_SIGHT,
    probes: given.probes ?? {},
  };
}

function repositoryOf({ commit = 'c1' }: Given): ObjectByKind['Repository'] {
  return objectOf('Repository', { name: 'x', spec: { url: 'https://git.example.org/x.git' }, status: { commit } });
}

function phasesOf({ phases = [] }: Given): ObjectByKind['Phase'][] {
  return phases.map((phase, index) => {
    const spec = { order: (index + 1) * 10, repositoryRef: { name: 'x' }, ...phase.spec };
    return objectOf('Phase', { ...phase, spec });
  });
}

function deliveriesOf({ deliveries = [] }: Given): ObjectByKind['Delivery'][] {
  return deliveries.map((delivery) => {
    const cause = { kind: 'Claim', sha: '1'.padStart(40, '0'), gate: 'handoff' };
    const usual = { agentRef: { name: 'builder' }, nonce: 'n', cause, text: 'Look.', createdAt: AT };
    return objectOf('Delivery', { ...delivery, spec: { ...usual, ...delivery.spec } });
  });
}

const AT = '2026-03-01T09:00:00.000Z';

function hidden<T>(reason: string): Fact<T> {
  return unknown(reason, 'no answer within 5 s');
}

