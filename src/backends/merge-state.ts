import type { AgentState, StateSource } from './agent-state.ts';
import { isBetweenTurns } from './agent-state.ts';
import { parseWaitMarker } from './parse-wait-marker.ts';
import { redactSecrets } from './redact-screen.ts';
import type { ScreenState } from './screen-state.ts';
import type { SignalState } from './signal-state.ts';

/** Everything that is known about one live agent at one moment. */
export type Evidence = {
  /** What its own channels say; undefined when they are silent. */
  readonly signals?: SignalState | undefined;
  /** What its screen says; undefined when it could not be read. */
  readonly screen?: ScreenState | undefined;
  readonly nowMs: number;
};

/** What the agent's manifest says about the names of states. */
export type StateBounds = {
  readonly waitMarker: string;
  /** Percent from which an agent at rest is `ContextHigh`; undefined: never. */
  readonly contextHighPercent?: number | undefined;
};

/** What the screen alone says about an agent. */
export function stateOfScreen(screen: ScreenState): AgentState {
  const { state, ...rest } = screen;
  return { ...rest, state: state === 'Fatal' ? 'Exited' : state, source: 'Screen', hasSignals: false };
}

/**
 * Two readings of one agent as one. Where they agree, the source is `Both`. Where they differ, one of them is known to
 * be blind there (a screen to the end of a turn, signals to a dialog), or it is a contradiction: it is said, and the
 * state is the more careful of the two. Silence of a channel proves nothing.
 */
export function mergeState({ signals, screen, nowMs }: Evidence): AgentState {
  if (signals === undefined) return screen === undefined ? blind() : stateOfScreen(screen);
  if (screen === undefined) return ofSignals(signals, 'Signals');
  const verdict = decide(signals, screen, nowMs);
  const box = { box: screen.box, ...(screen.draft === undefined ? {} : { draft: screen.draft }) };
  return { ...choose(verdict, signals, screen), ...box };
}

/** The state under the name that says most: an agent at rest that declared a wait, or whose context is nearly full. */
export function nameState(state: AgentState, bounds: StateBounds, nowMs: number): AgentState {
  if (!isBetweenTurns(state)) return state;
  const parsed = state.waitMarker === undefined ? undefined : parseWaitMarker(state.waitMarker, bounds.waitMarker);
  if (typeof parsed === 'number' && parsed > nowMs) return { ...state, state: 'WaitingDeclared', untilMs: parsed };
  const isHigh = bounds.contextHighPercent !== undefined && (state.contextPercent ?? 0) >= bounds.contextHighPercent;
  return isHigh ? { ...state, state: 'ContextHigh' } : state;
}

type Verdict = {
  readonly trusts: 'Signals' | 'Screen';
  readonly source: StateSource;
  readonly contradiction?: string | undefined;
};

const BOTH: Verdict = { trusts: 'Signals', source: 'Both' };
const SIGNALS: Verdict = { trusts: 'Signals', source: 'Signals' };
const SCREEN: Verdict = { trusts: 'Screen', source: 'Screen' };

/** Words for a person on what two channels say. */
function contradiction(signals: SignalState, screen: ScreenState): string {
  const shown = redactSecrets(screen.evidence).trim().slice(0, 80);
  return `its program says ${signals.state} (${redactSecrets(signals.evidence)}), its screen shows ${screen.state} ("${shown}")`;
}

function decide(signals: SignalState, screen: ScreenState, nowMs: number): Verdict {
  if (screen.state === signals.state) return BOTH;
  if (screen.state === 'Unknown' || screen.state === 'Exited' || screen.state === 'Fatal') return SIGNALS;
  if (signals.state === 'Unknown') return SCREEN;
  if (signals.state === 'Idle') return whenIdle(signals, screen, nowMs);
  if (signals.state === 'Busy' || signals.state === 'Compacting') return whenBusy(signals, screen, nowMs);
  return whenBlocked(signals, screen);
}

/** What was said this short a time ago the screen may not show yet. */
const LAG_MS = 1500;

// A turn's end that its program tells can not be spoofed by what the turn wrote; a dialog has no hook.
function whenIdle(signals: SignalState, screen: ScreenState, nowMs: number): Verdict {
  if (screen.state === 'Busy' || screen.state === 'Compacting') {
    if (nowMs - (signals.evidenceAtMs ?? 0) < LAG_MS) return SCREEN;
    return { ...SCREEN, contradiction: contradiction(signals, screen) };
  }
  if (screen.spoofable === true) return SIGNALS;
  return SCREEN;
}

// Within a turn its screen may show a dialog, or the end of the turn a moment before the program tells it.
function whenBusy(signals: SignalState, screen: ScreenState, nowMs: number): Verdict {
  if (screen.state === 'Busy' || screen.state === 'Compacting')
    return screen.state === 'Compacting' ? SCREEN : { trusts: 'Signals', source: 'Both' };
  if (screen.state === 'AwaitingInput' || screen.state === 'Starting') return SCREEN;
  if (screen.cause === 'Interrupted' && screen.spoofable !== true) return SCREEN;
  const isFresh = nowMs - (signals.evidenceAtMs ?? 0) < LAG_MS;
  return isFresh ? SIGNALS : { ...SIGNALS, contradiction: contradiction(signals, screen) };
}

// Its program says what it is blocked by; a screen that shows a turn at work is the more careful answer.
function whenBlocked(signals: SignalState, screen: ScreenState): Verdict {
  const isDialogOfLimit = signals.state === 'UsageLimited' && screen.state === 'AwaitingInput';
  if (isDialogOfLimit) return SIGNALS;
  if (screen.state === 'Busy' || screen.state === 'Compacting')
    return { ...SCREEN, contradiction: contradiction(signals, screen) };
  if (signals.state === 'AwaitingInput' && screen.state === 'Idle')
    return { trusts: 'Signals', source: 'Signals', contradiction: contradiction(signals, screen) };
  return screen.state === 'AwaitingInput' ? SCREEN : SIGNALS;
}

function choose(verdict: Verdict, signals: SignalState, screen: ScreenState): AgentState {
  const { source } = verdict;
  const conflict = verdict.contradiction === undefined ? {} : { contradiction: verdict.contradiction };
  if (verdict.trusts === 'Screen') {
    return { ...sideOf(signals), ...stateOfScreen(screen), source, hasSignals: true, ...conflict };
  }
  const own = ofSignals(signals, source);
  if (source !== 'Both') return { ...own, ...conflict };
  return {
    ...own,
    cause: own.cause ?? screen.cause,
    dialog: screen.dialog ?? own.dialog,
    waitMarker: own.waitMarker ?? screen.waitMarker,
    resetText: own.resetText ?? screen.resetText,
    isRetrying: own.isRetrying ?? screen.isRetrying,
  };
}

function ofSignals(signals: SignalState, source: StateSource): AgentState {
  return { ...signals, box: 'Unknown', source, hasSignals: true };
}

/** What only signals know, whatever the state is. */
function sideOf({ contextPercent, usage, conversation, version, limits, hasTimers, isToolRunning }: SignalState) {
  return { contextPercent, usage, conversation, version, limits, hasTimers, isToolRunning };
}

function blind(): AgentState {
  return { state: 'Unknown', box: 'Unknown', source: 'Screen', evidence: '', hasSignals: false };
}
