import type { AgentObject } from '#api/agent.ts';
import { ABSENT, known, type Fact } from '#api/fact.ts';
import { fromIso } from '#api/time.ts';
import type { Backend } from '#backends/backend.ts';
import { backendOf } from '#backends/registry.ts';
import type { SignalFile, SignalState } from '#backends/signal-state.ts';
import { NO_SIGNALS, type Signal, type SignalLog } from '#backends/signal.ts';
import type { ProcessView } from '#drivers/process/process.ts';
import type { FileSignal } from '#drivers/signals/signals.ts';

import type { FoundPane } from './find-pane.ts';
import type { Look } from './readers.ts';

/** What an agent's own channels say, and how that reads. */
export type SeenSignals = { readonly signals: Fact<SignalLog>; readonly signalState?: SignalState | undefined };

/** A file may name another one: the file of the process names the conversation whose transcript is read next. */
const ROUNDS = 2;

/** The owner-only folder that an incarnation's program writes to. */
export function spoolFolder(stateDir: string, agent: string, incarnation: string): string {
  return `${stateDir}/run/${agent}/signals/${incarnation}`;
}

/** Reads the channels of the process in the pane. Nothing is read for a process that is gone: its last word is in status. */
export async function observeSignals(
  agent: AgentObject,
  found: FoundPane,
  { process, look }: { process: Fact<ProcessView>; look: Look },
): Promise<SeenSignals> {
  const backend = backendOf(agent.spec.backend.type);
  if (backend.signals === undefined || process.state !== 'known') return { signals: ABSENT };
  const spool = await readSpool(agent, { found, process: process.value, look });
  if (spool.state === 'unknown') return { signals: spool };
  const start = spool.state === 'known' ? spool.value : NO_SIGNALS;
  const log = await withFiles(start, { agent, backend, process: process.value, look });
  const signalState = backend.signals.read(log, {
    waitMarker: agent.spec.liveness.waitMarker,
    process: { pid: process.value.pid, startTime: process.value.startTime },
    nowMs: look.readers.now().wallMs,
    limits: rememberedLimits(agent),
  });
  return {
    signals: known(log),
    signalState: await withTokens(signalState, log, { agent, backend, process: process.value, look }),
  };
}

// What a program does not count itself is counted in what it keeps.
async function withTokens(
  state: SignalState | undefined,
  log: SignalLog,
  { agent, backend, process, look }: Reading,
): Promise<SignalState | undefined> {
  const tally = backend.signals?.tally;
  if (state === undefined || tally === undefined) return state;
  const { pid, startTime, env, uid } = process;
  const places = { env, pid, startTime, cwd: agent.spec.workdir };
  const file = backend.signals?.files(places, log).find(({ slot }) => slot === tally.slot);
  if (file === undefined) return state;
  const request = { path: file.path, id: agent.spec.backend.type, begin: tally.begin, add: tally.add };
  const sum = await look.readers.signals.tally(request, uid);
  return sum.state === 'known' ? { ...state, usage: { ...state.usage, tokens: tally.tokens(sum.value) } } : state;
}

type Subject = { readonly found: FoundPane; readonly process: ProcessView; readonly look: Look };

async function readSpool(agent: AgentObject, { found, process, look }: Subject): Promise<Fact<SignalLog>> {
  const incarnation = process.env['CCCI_INCARNATION'] ?? found.pane?.pane.marks['incarnation'];
  // A name that is no plain word would lead out of the folder.
  if (incarnation === undefined || !/^[A-Za-z0-9-]+$/.test(incarnation)) return ABSENT;
  const { readers } = look;
  return readers.signals.spool(spoolFolder(readers.rig.stateDir, agent.metadata.name, incarnation), process.uid);
}

type Reading = {
  readonly agent: AgentObject;
  readonly backend: Backend;
  readonly process: ProcessView;
  readonly look: Look;
};

async function withFiles(start: SignalLog, { agent, backend, process, look }: Reading): Promise<SignalLog> {
  const { pid, startTime, env, uid } = process;
  const places = { env, pid, startTime, cwd: agent.spec.workdir };
  let log = start;
  const read = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const files = (backend.signals?.files(places, log) ?? []).filter(({ path }) => !read.has(path));
    const said = await Promise.all(files.map(async (file) => readFile(file, uid, look)));
    for (const { path } of files) read.add(path);
    log = { events: log.events, latest: { ...log.latest, ...Object.fromEntries(said.flat()) } };
  }
  return log;
}

async function readFile(
  { slot, path, kind, maxBytes }: SignalFile,
  uid: number | undefined,
  { readers }: Look,
): Promise<readonly (readonly [string, Signal])[]> {
  const file = await readers.signals.file({ path, kind, maxBytes }, uid);
  return file.state === 'known' ? [[slot, { event: slot, ...contentOf(file.value) }]] : [];
}

function contentOf({ atMs, bytes, value, lines }: FileSignal): Pick<Signal, 'atMs' | 'payload'> {
  return lines === undefined ? { atMs, payload: value } : { atMs, payload: { lines, bytes } };
}

function rememberedLimits(agent: AgentObject): Readonly<Record<string, number>> | undefined {
  const limits = agent.status?.state?.limits;
  if (limits === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, iso]) => {
      const atMs = fromIso(iso);
      return atMs === undefined ? [] : [[name, atMs] as const];
    }),
  );
}
