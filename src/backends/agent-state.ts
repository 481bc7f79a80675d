import type { DialogName, InputBox, ScreenCause } from './screen-state.ts';

/** What an agent is doing, as far as it can be told. `Unknown` is always a safe answer: nothing is restarted on it. */
export type AgentStateName =
  | 'Starting'
  | 'Busy'
  | 'Idle'
  | 'WaitingDeclared'
  | 'AwaitingInput'
  | 'UsageLimited'
  | 'AuthRequired'
  | 'ApiError'
  | 'ContextHigh'
  | 'Compacting'
  | 'Exited'
  | 'Wedged'
  | 'Unknown';

/** True between turns: what may be typed into when the box is empty, and what may be ended without losing work. */
export function isBetweenTurns({ state }: { readonly state: AgentStateName }): boolean {
  return state === 'Idle' || state === 'WaitingDeclared' || state === 'ContextHigh';
}

/** Where a reading comes from. `Both` is two channels that agree: what one of them says alone may be a mistake. */
export type StateSource = 'Kernel' | 'Signals' | 'Screen' | 'Both';

/** What an agent has used since its conversation began. */
export type Usage = {
  /** US dollars, as its program counts them. */
  readonly usd?: number | undefined;
  /** Input and output tokens together. */
  readonly tokens?: number | undefined;
};

/** The state of one agent at one moment, with what it rests on. */
export type AgentState = {
  readonly state: AgentStateName;
  readonly cause?: ScreenCause | undefined;
  readonly dialog?: DialogName | undefined;
  readonly box: InputBox;
  readonly draft?: string | undefined;
  /** The raw line that declares a wait, when it ends the last message of a turn that is over. */
  readonly waitMarker?: string | undefined;
  /** When the state ends by itself, epoch ms: the reset of a usage limit, the end of a declared wait. */
  readonly untilMs?: number | undefined;
  /** The reset of a usage limit in the program's words, when it gives no number. */
  readonly resetText?: string | undefined;
  /** How full the context is, percent, in any state. */
  readonly contextPercent?: number | undefined;
  /** The program is trying again by itself (`ApiError`, `Busy`). */
  readonly isRetrying?: boolean | undefined;
  readonly source: StateSource;
  /** The words or the event that the reading rests on. */
  readonly evidence: string;
  /** When that evidence was given, epoch ms; undefined when only a look at the screen gave it. */
  readonly evidenceAtMs?: number | undefined;
  /** Two channels that say different things, in words: shown, and never a reason to end anything. */
  readonly contradiction?: string | undefined;
  /** True when the agent itself could have written the evidence. */
  readonly spoofable?: boolean | undefined;
  readonly usage?: Usage | undefined;
  /** The conversation that is open in the program, and the file that keeps it. */
  readonly conversation?: { readonly id: string; readonly file?: string | undefined } | undefined;
  /** The version that the program gives itself. */
  readonly version?: string | undefined;
  /** True when a structured channel has spoken in this incarnation. */
  readonly hasSignals: boolean;
  /** True while a tool that the turn has called has not come back. */
  readonly isToolRunning?: boolean | undefined;
  /** Work of its own goes on or is due later: background shells, timers of the program. */
  readonly hasTimers?: boolean | undefined;
  /** Ends of usage windows that the program has told, epoch ms by its own name for the window; remembered, because it stops telling them. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
};
