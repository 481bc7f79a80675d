import { readdirSync, readFileSync } from 'node:fs';

import { known } from '#api/fact.ts';
import type { BackendType } from '#api/agent-backend.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { mergeState, nameState } from '#backends/merge-state.ts';
import { backendOf } from '#backends/registry.ts';
import type { SignalState } from '#backends/signal-state.ts';
import type { Signal, SignalLog } from '#backends/signal.ts';
import { ActivityTracker, type Activity } from '#observe/activity.ts';

import type { RecordedLook, RecordingHead } from './recorded-look.ts';

const FOLDER = new URL('../../fixtures/signals/', import.meta.url);

/** A recording, read from its file. */
export type Recording = RecordingHead & { readonly name: string; readonly looks: readonly RecordedLook[] };

/** Everything that is known at one look of a recording. */
export type ReplayedLook = {
  readonly atMs: number;
  readonly nowMs: number;
  readonly log: SignalLog;
  readonly screen: string;
  readonly state: AgentState;
  readonly signals: SignalState | undefined;
  readonly activity: Activity | undefined;
};

/** All recordings of one program. */
export function readRecordings(cli: string): readonly Recording[] {
  const folder = new URL(`${cli}/`, FOLDER);
  return readdirSync(folder).map((file) => {
    const [head = '{}', ...lines] = readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n');
    const looks = lines.map((line) => JSON.parse(line) as RecordedLook);
    return { ...(JSON.parse(head) as RecordingHead), name: file.replace('.jsonl', ''), looks };
  });
}

/** Shows a recording look by look, as the pipeline sees it. `hears` false: as if the program had no channels. */
export function replay(cli: BackendType, recording: Recording, { hears = true } = {}): readonly ReplayedLook[] {
  const tracker = new ActivityTracker();
  const { beganMs } = recording;
  let log: SignalLog = { events: [], latest: {} };
  let [screen, descendants, bornMs] = ['', 0, 0];
  return recording.looks.map((look) => {
    const nowMs = beganMs + look.atMs;
    log = grown(log, look, beganMs);
    screen = look.screen ?? screen;
    if ((look.descendants ?? 0) > descendants) bornMs = look.atMs;
    descendants = look.descendants ?? descendants;
    const { state, signals } = stateAt(cli, recording, { log: hears ? log : undefined, screen, nowMs });
    const glance = {
      subject: '1.1',
      screen: known(backendOf(cli).steadyScreen?.(screen) ?? screen),
      tree: known({
        cpuTicks: 0,
        ownTicks: 0,
        descendants: Array.from({ length: descendants }, (_, index) => index + 2),
        ...(descendants === 0 ? {} : { youngestAgeMs: look.atMs - bornMs }),
      }),
      pulse: signals?.pulse,
      hasSpinner: true,
      toolAgeMs: signals?.toolCalledMs === undefined ? undefined : nowMs - signals.toolCalledMs,
      marker: state.waitMarker,
    };
    const activity = tracker.look('Agent/builder', glance, { wallMs: nowMs, monoMs: look.atMs });
    return { atMs: look.atMs, nowMs, log, screen, state, signals, activity };
  });
}

function stateAt(
  cli: BackendType,
  { pid, startTime }: Recording,
  { log, screen, nowMs }: { log: SignalLog | undefined; screen: string; nowMs: number },
): { state: AgentState; signals: SignalState | undefined } {
  const waitMarker = 'WAITING-UNTIL:';
  const options = { waitMarker, process: { pid, startTime }, nowMs };
  const signals = log === undefined ? undefined : backendOf(cli).signals?.read(log, options);
  const shown = backendOf(cli).classify(screen, { waitMarker });
  return { signals, state: nameState(mergeState({ signals, screen: shown, nowMs }), { waitMarker }, nowMs) };
}

function grown(log: SignalLog, { events = [], latest = {} }: RecordedLook, beganMs: number): SignalLog {
  const absolute = (one: Signal): Signal => ({ ...one, atMs: one.atMs + beganMs });
  const changed = Object.entries(latest).map(([slot, one]) => [slot, absolute(one)]);
  return {
    events: [...log.events, ...events.map(absolute)],
    latest: { ...log.latest, ...Object.fromEntries(changed) },
  };
}

/** The names of the states that were passed through, without repetitions. */
export function passed(looks: readonly ReplayedLook[]): readonly string[] {
  return looks.map(({ state }) => state.state).filter((name, index, all) => name !== all[index - 1]);
}
