import type { JsonObject, StoredEvent, StoredObject } from '#store/store.ts';
import { isUnreadable } from '#store/store.ts';

import { doingOf } from './agent-doing.ts';
import { findController } from './ask-controller.ts';
import { conditionOf, conditionsOf, isObserved, statusText } from './conditions-of.ts';
import type { Context } from './context.ts';
import { gateDetail } from './gate-detail.ts';
import { isReadable } from './is-readable.ts';
import { messagesWaiting } from './messages-waiting.ts';
import { entriesOf, shownOrder } from './read-phases.ts';
import { written } from './render-applied.ts';

/** Something that only a person can settle. */
export type Need = { readonly object: string; readonly reason: string; readonly message: string };

/** One agent as `status` tells it. */
export type AgentView = {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string | undefined;
  readonly phase: string | undefined;
  readonly restarts: number;
  readonly waitingUntil: string | undefined;
  /** What it can not be told now. */
  readonly messages: string | undefined;
  /** What it does and for how long, such as `Busy for 3m`. */
  readonly doing: string | undefined;
  readonly session: string | undefined;
  readonly pid: number | undefined;
};

/** One object that is told by its readiness alone. */
export type PlainView = {
  readonly name: string;
  readonly ready: string;
  readonly reason: string;
  readonly message: string;
  readonly detail: string;
};

/** The phases of one sequence. */
export type SequenceView = {
  readonly name: string;
  readonly current: string | undefined;
  readonly completedAt: string | undefined;
  readonly phases: readonly SequencePhaseView[];
};

/** One phase as `status` tells it. */
export type SequencePhaseView = {
  readonly id: string;
  readonly state: string;
  readonly openedAt: string | undefined;
  readonly doneAt: string | undefined;
  /** Person who ended it, when it was not its marker. */
  readonly doneBy: string | undefined;
  /** What is the matter with it, in few words: `blocked`, `over time`, `done refused`. */
  readonly troubles: readonly string[];
};

/** The whole rig at one moment. */
export type RigView = {
  readonly stateDir: string;
  readonly at: string;
  readonly needsPerson: readonly Need[];
  readonly controller: { readonly running: boolean; readonly pid?: number; readonly message?: string };
  readonly stopped: JsonObject | undefined;
  /** Reboots of the host in the log, and when the last one that was seen happened. */
  readonly reboots: { readonly count: number; readonly lastAt: string | undefined };
  readonly sequences: readonly SequenceView[];
  readonly agents: readonly AgentView[];
  readonly gates: readonly PlainView[];
  readonly repositories: readonly PlainView[];
  readonly machines: readonly PlainView[];
  readonly warnings: readonly Pick<StoredEvent, 'about' | 'reason' | 'message' | 'at' | 'count'>[];
};

const WARNINGS = 5;

/** Reads the rig from the store and asks whether a controller runs. Observes nothing by itself. */
export async function readRigView(context: Context): Promise<RigView> {
  const store = await context.openStore();
  const [all, events, controller] = await Promise.all([store.list(), store.events(), findController(context)]);
  const objects = all.filter(isReadable);
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const unreadable = all.filter(isUnreadable);
  return {
    stateDir: context.settings.stateDir,
    at: new Date(context.now()).toISOString(),
    needsPerson: [
      ...unreadable.map(({ kind, name, unreadable: message }) => ({
        object: written(`${kind}/${name}`),
        reason: 'Unreadable',
        message,
      })),
      ...objects.flatMap(needOf).sort(blockedFirst),
    ],
    controller: controllerView(controller),
    stopped: activeStop(of('Rig'), context.now()),
    reboots: rebootsOf(of('Rig')[0]),
    sequences: of('Sequence').map((sequence) => sequenceView(sequence, of('Phase'))),
    agents: of('Agent').map((agent) => agentView(agent, context.now())),
    gates: of('Gate').map((gate) => plainView(gate, gateDetail(gate))),
    repositories: of('Repository').map((one) => plainView(one, statusText(one, 'commit')?.slice(0, 12) ?? '')),
    machines: of('VirtualMachine').map((one) => plainView(one, statusText(one, 'power') ?? '')),
    warnings: events
      .filter(({ type }) => type === 'Warning')
      .slice(-WARNINGS)
      .map(({ about, reason, message, at, count }) => ({ about, reason, message, at, count })),
  };
}

function controllerView(found: Awaited<ReturnType<typeof findController>>): RigView['controller'] {
  if (found.state === 'known') return { running: true, pid: found.value };
  return { running: false, ...(found.state === 'unknown' ? { message: found.message } : {}) };
}

// Stalled says that nothing helps until something changes; what is not supported yet is no task for anybody.
function needOf(object: StoredObject): readonly Need[] {
  const name = written(`${object.kind}/${object.metadata.name}`);
  const manifests = conditionOf(object, 'ManifestValid');
  const invalid = manifests?.status === 'False' ? [manifests] : [];
  const stalled = conditionOf(object, 'Stalled');
  const stuck = stalled?.status === 'True' && stalled.reason !== 'NotSupported' ? [stalled] : [];
  const unseen = ['HistoryIntact', 'OwnershipKept', 'ServerVerified', 'CertificateValid']
    .map((type) => conditionOf(object, type))
    .filter((condition) => condition?.status === 'False');
  const late = conditionOf(object, 'OverTime');
  const overTime = late?.status === 'True' ? [late] : [];
  return [...invalid, ...stuck, ...overTime, ...unseen.flatMap((one) => one ?? [])].map(({ reason, message }) => ({
    object: name,
    reason,
    message,
  }));
}

function rebootsOf(rig: StoredObject | undefined): RigView['reboots'] {
  const boots = objectIn(rig?.status?.['boots']);
  const recent = Array.isArray(boots['recent']) ? boots['recent'] : [];
  return { count: numberOf(boots['count']) ?? 0, lastAt: textOf(objectIn(recent.at(-1))['at']) };
}

function activeStop(rigs: readonly StoredObject[], nowMs: number): JsonObject | undefined {
  const order = rigs[0]?.operator?.['stop'];
  return isOrder(order) && isActive(order, nowMs) ? order : undefined;
}

function isOrder(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && 'by' in value;
}

function isActive(order: JsonObject, nowMs: number): boolean {
  const untilMs = typeof order['until'] === 'string' ? Date.parse(order['until']) : Infinity;
  return untilMs > nowMs;
}

// A crew that has stopped to wait for its operator is what the operator should see before anything else.
function blockedFirst(a: Need, b: Need): number {
  return Number(b.reason === 'PhaseBlocked') - Number(a.reason === 'PhaseBlocked');
}

function sequenceView(sequence: StoredObject, phases: readonly StoredObject[]): SequenceView {
  return {
    name: sequence.metadata.name,
    current: statusText(sequence, 'currentPhaseId'),
    completedAt: statusText(sequence, 'completedAt'),
    phases: entriesOf(sequence).map((phase) => ({
      id: String(phase['id']),
      state: String(phase['state']),
      openedAt: textOf(phase['openedAt']),
      doneAt: textOf(phase['doneAt']),
      doneBy: shownOrder(phase['doneBy'])?.by,
      troubles: troublesOf(phases.find(({ metadata }) => metadata.name === phase['name'])),
    })),
  };
}

const TROUBLES = { Blocked: 'blocked', OverTime: 'over time', DoneRefused: 'done refused' } as const;

function troublesOf(phase: StoredObject | undefined): readonly string[] {
  if (phase === undefined) return [];
  return Object.entries(TROUBLES).flatMap(([type, word]) =>
    conditionOf(phase, type)?.status === 'True' ? [word] : [],
  );
}

function agentView(agent: StoredObject, nowMs: number): AgentView {
  const { status = {} } = agent;
  const ready = conditionOf(agent, 'Ready');
  const session = objectIn(status['session']);
  const restarts = objectIn(status['restarts'])['count'];
  const waitingUntil = statusText(agent, 'waitingUntil');
  const isWaiting = waitingUntil !== undefined && Date.parse(waitingUntil) > nowMs;
  return {
    name: agent.metadata.name,
    state: agentState(agent, isWaiting),
    reason: ready?.reason ?? '',
    message: ready?.message ?? '',
    since: session['id'] === undefined ? ready?.lastTransitionTime : statusText(agent, 'startedAt'),
    phase: textOf(objectIn(status['launch'])['phaseId']),
    restarts: numberOf(restarts) ?? 0,
    waitingUntil: isWaiting ? waitingUntil : undefined,
    messages: messagesWaiting(agent, nowMs),
    doing: session['id'] === undefined ? undefined : doingOf(agent, nowMs),
    session: textOf(session['name']),
    pid: numberOf(session['panePid']),
  };
}

/** Reasons of Ready in plain words. */
const WORDS: Readonly<Record<string, string>> = {
  Running: 'running',
  Stopped: 'stopped',
  Suspended: 'suspended',
  SequenceComplete: 'done',
  NoPhases: 'nothing to do',
  CrashLoopBackOff: 'keeps failing',
  BackingOff: 'starts again soon',
  Starting: 'starting',
  NotSupported: 'not supported yet',
  SessionForeign: 'foreign session',
};

function agentState(agent: StoredObject, isWaiting: boolean): string {
  const conditions = conditionsOf(agent);
  const is = (type: string) => conditions.some((condition) => condition.type === type && condition.status === 'True');
  const ready = conditionOf(agent, 'Ready');
  if (agent.metadata.deletionTimestamp !== undefined) return 'being deleted';
  if (ready === undefined) return 'not looked at yet';
  if (agent.status?.['stall'] !== undefined) return 'stalled';
  if (ready.reason === 'Running' && isWaiting) return 'waiting';
  const word = WORDS[ready.reason];
  if (word !== undefined) return word;
  if (is('Stalled')) return 'needs you';
  if (ready.status === 'Unknown') return 'unknown';
  return is('SessionRunning') ? 'running' : 'not running';
}

function plainView(object: StoredObject, detail: string): PlainView {
  const ready = conditionOf(object, 'Ready');
  const seen = ready !== undefined && isObserved(object);
  return {
    name: object.metadata.name,
    ready: seen ? ready.status : 'Unknown',
    reason: ready?.reason ?? 'NotObserved',
    message: ready?.message ?? 'not looked at yet',
    detail,
  };
}

function objectIn(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
