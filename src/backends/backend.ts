import type { BackendType } from '#api/agent-backend.ts';

import type { ClassifyOptions, ScreenState } from './screen-state.ts';

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
};

/** How to start the agent: `argv[0]` is a bare command name (for `command` whatever the manifest says), `env` is added to the agent's environment. */
export type Launch = { readonly argv: string[]; readonly env: Record<string, string> };

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
  /** `Screen` when a submitted message becomes visible outside the box; `None` makes deliveries at-least-once. */
  readonly acceptance: 'Screen' | 'None';
  /** Who wakes the agent when its declared wait ends, unless the manifest says otherwise. */
  readonly defaultWakeAtMarker: 'Agent' | 'Controller';
  /** Whether the CLI has a remote control that can be given a name. */
  readonly hasRemoteControl: boolean;
  /** Whether a conversation can be restored together with a new prompt. */
  readonly canResume: boolean;
}
