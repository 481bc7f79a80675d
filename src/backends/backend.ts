import type { BackendType } from '#api/agent-backend.ts';

import type { Acceptance } from './acceptance.ts';
import type { DialogAnswers } from './dialog-answer.ts';
import type { ClassifyOptions, DialogName, ScreenState } from './screen-state.ts';
import type { SignalFile, SignalOptions, SignalPlaces, SignalState } from './signal-state.ts';
import type { SignalLog } from './signal.ts';

export type { ScreenState };

/** A conversation that an agent CLI has kept, by one of its two names. */
type ConversationName = { readonly name?: string | undefined; readonly id?: string | undefined };

/** Everything that decides how an agent is launched. The prompt is rendered already and is passed on byte for byte. */
export type LaunchRequest = {
  readonly prompt: string;
  readonly agentName: string;
  readonly model?: string;
  readonly permissions: 'Bypass' | 'Ask';
  /** The display name for the remote control; absent is off. */
  readonly remoteControl?: { readonly name: string };
  /** The conversation to restore, by name or by id; when both are empty a fresh one is begun. */
  readonly resume?: ConversationName;
  /** Further arguments of the manifest; they stand before the prompt. */
  readonly args: readonly string[];
  /** The whole command, for type `command` only. */
  readonly command: readonly string[];
  /** True when the agent will run as root. */
  readonly asRoot?: boolean;
  /** Where the program is to say what it does; absent: it is launched without that, as for the launch record. */
  readonly signals?: SignalChannel;
  /** Start-up dialogs that the manifest answers with Yes. */
  readonly accepts?: readonly DialogName[];
};

/**
 * The channel of one incarnation. A hook runs `/bin/sh SCRIPT FOLDER event NAME` for what is rare (a file each, a ring of
 * the newest few hundred), `... slot NAME` for what is frequent (one file, the newest wins); the payload is on stdin, or
 * a fifth argument. The script always exits 0 and prints nothing.
 */
export type SignalChannel = {
  /** Owner-only folder, absolute. Files of the launch may be written there, too. */
  readonly folder: string;
  /** The script, absolute. */
  readonly script: string;
  /** The status line command of the user's own settings, which ours hides and therefore runs. */
  readonly statusLine?: string | undefined;
};

/** A file that has to be there before the launch. */
export type LaunchText = { readonly path: string; readonly text: string; readonly mode: number };

/** How to start the agent: `argv[0]` is a bare command name (for `command` whatever the manifest says), `env` is added to the agent's environment. */
export type Launch = {
  readonly argv: string[];
  readonly env: Record<string, string>;
  readonly files?: readonly LaunchText[];
};

/** A sum over the lines of a file, and the tokens in it. */
export type TokenTally = {
  readonly slot: string;
  readonly begin: unknown;
  readonly add: (sum: unknown, line: Readonly<Record<string, unknown>>) => unknown;
  readonly tokens: (sum: unknown) => number;
};

/** What a program says about itself through channels of its own. */
export interface BackendSignals {
  /** Reads everything that was said. Never throws; undefined when nothing was said: silence proves nothing. */
  read(log: SignalLog, options: SignalOptions): SignalState | undefined;
  /** Files that the program keeps, as far as they are known from where it lives and from what it said so far. */
  files(places: SignalPlaces, log: SignalLog): readonly SignalFile[];
  /** How tokens are counted, for a program that leaves that to others: over the lines of the file in `slot`. */
  readonly tally?: TokenTally;
  /** Whether the message with this nonce was taken, or waits in the program's own queue; undefined when nothing says so. Absent: only the screen can tell. */
  acceptance?(log: SignalLog, nonce: string): Acceptance | undefined;
}

/** What one agent CLI is like. Every member is pure; the facts come from running the CLIs (docs/backends.md names the versions). */
export interface Backend {
  readonly type: BackendType;
  /** The command line for a new session. Throws `TerminalError` when the request can not be expressed. */
  launch(request: LaunchRequest): Launch;
  /** Reads one plain capture of the pane. Never throws; when in doubt the answer is Idle or Unknown, never Fatal. */
  classify(screen: string, options: ClassifyOptions): ScreenState;
  /** True when the text stands on the screen as something that was submitted, not as a draft in the box. Always false for acceptance `None`. */
  showsAccepted(screen: string, text: string): boolean;
  /** tmux key names that end the current turn and leave the session alive where the CLI allows that. Sent one call per key. */
  readonly interruptKeys: readonly string[];
  /** tmux key names that submit what stands in the box. Must be a call of their own: in the same call as the text they become a newline. */
  readonly submitKeys: readonly ['Enter'];
  /** True when a bracketed paste arrives as one message with its newlines. */
  readonly readsPastes: boolean;
  /** The answers that ccci can give to its dialogs. */
  readonly answers?: DialogAnswers;
  /** What is typed to make it compact its conversation; absent when it has no such command. */
  readonly compactCommand?: string;
  /** `Screen` when a submitted message becomes visible outside the box; `None` makes deliveries at-least-once. */
  readonly acceptance: 'Screen' | 'None';
  /** True when the program keeps what is submitted in mid-turn and takes it later; one that does not gets nothing until its turn is over. */
  readonly queues?: boolean;
  /** Who wakes the agent when its declared wait ends, unless the manifest says otherwise. */
  readonly defaultWakeAtMarker: 'Agent' | 'Controller';
  /** Whether the CLI has a remote control that can be given a name. */
  readonly hasRemoteControl: boolean;
  /** Whether a conversation can be restored together with a new prompt. */
  readonly canResume: boolean;
  /** The program's own channels; absent when it has none that is used. */
  readonly signals?: BackendSignals;
  /**
   * The screen without what moves by itself (spinner, its words, elapsed time) and with what moves only when something
   * happens (text, token counts): two equal ones mean that nothing happened. Absent: the screen as it is.
   */
  readonly steadyScreen?: (screen: string) => string;
}
