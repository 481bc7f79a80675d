import type { AgentStateName, Usage } from './agent-state.ts';
import type { DialogName, ScreenCause } from './screen-state.ts';

/** What the program's own channels say about it, without a look at its screen. */
export type SignalState = {
  readonly state: AgentStateName;
  readonly cause?: ScreenCause | undefined;
  readonly dialog?: DialogName | undefined;
  /** The raw line that declares a wait, only when it ends the last message of a turn that is over. */
  readonly waitMarker?: string | undefined;
  /** When a usage limit ends, epoch ms. */
  readonly untilMs?: number | undefined;
  /** When a usage limit ends, in the program's words. */
  readonly resetText?: string | undefined;
  readonly contextPercent?: number | undefined;
  readonly isRetrying?: boolean | undefined;
  /** The event or file that the reading rests on. */
  readonly evidence: string;
  /** When that was said, epoch ms. */
  readonly evidenceAtMs?: number | undefined;
  readonly usage?: Usage | undefined;
  readonly conversation?: { readonly id: string; readonly file?: string | undefined } | undefined;
  readonly version?: string | undefined;
  /** A text that changes whenever something happened: a hook, a line of the transcript. Two equal ones mean silence. */
  readonly pulse?: string | undefined;
  /** When the tool that runs was called, epoch ms. */
  readonly toolCalledMs?: number | undefined;
  /** True while a tool that the turn has called has not come back. */
  readonly isToolRunning?: boolean | undefined;
  /** Ends of usage windows that the program tells now, epoch ms by its own name for the window. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** Work that goes on by itself after the turn (background shells) or is due later (timers of its own). */
  readonly hasTimers?: boolean | undefined;
};

/** What a reading of signals needs to know about the agent. */
export type SignalOptions = {
  readonly waitMarker: string;
  /** The live process that the channels must belong to; undefined when it is gone. */
  readonly process?: { readonly pid: number; readonly startTime: number } | undefined;
  readonly nowMs: number;
  /** What `limits` said before, from status. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
};

/** Where an agent's program keeps its things. */
export type SignalPlaces = {
  /** Variables of its process that name folders: HOME, CLAUDE_CONFIG_DIR, CODEX_HOME, ... */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly startTime: number;
  readonly cwd: string;
};

/**
 * A file that the program keeps and that says something about it. `json`: the whole file is one object. `jsonl`: one
 * object per line, of which the last `maxBytes` are read. It shows in `SignalLog.latest` under `slot`, with the time of
 * its last change; a `jsonl` as `{ lines: [...], bytes }`.
 */
export type SignalFile = {
  readonly slot: string;
  /** Absolute; a `*` in the name of the file stands for what is not known of it, and the newest that fits is meant. */
  readonly path: string;
  readonly kind: 'json' | 'jsonl';
  readonly maxBytes: number;
};
