import type { Fact } from '#api/fact.ts';

/** One pane of one session as `list-panes -a` shows it. Ids (`$n`, `%n`) are stable for the life of the server; names are not. */
export type PaneView = {
  readonly sessionId: string;
  readonly sessionName: string;
  readonly paneId: string;
  readonly panePid: number;
  /**
   * True when the pane's terminal is closed. Neither side is exact: a process that is gone by kernel fact may still read
   * as not dead for a while, and a dead pane may have no status or signal until tmux has waited for its process.
   */
  readonly dead: boolean;
  readonly deadStatus?: number;
  readonly deadSignal?: number;
  readonly inMode: boolean;
  /** Clients attached to the session, control clients of our own not counted. */
  readonly attachedClients: number;
  /** Those clients, when there are any. */
  readonly clients?: readonly ClientView[];
  /** The pane's own user options whose names start with `@ccci_`, without that prefix (`rig`, `agent`, `incarnation`, `launch`). */
  readonly marks: Readonly<Record<string, string>>;
};

/** A person's terminal that is attached to a session. */
export type ClientView = {
  /** Who: the user of that terminal, or the terminal when tmux does not say. */
  readonly name: string;
  readonly isReadOnly: boolean;
  /** Wall time of the last key that was pressed there, or of its attaching; to the second. */
  readonly activeAtMs: number;
};

/** What one tmux server holds at one moment. */
export type TmuxView = { readonly serverPid: number; readonly panes: readonly PaneView[] };

/** Looks at one tmux server. Never starts a server and never changes anything. */
export interface TmuxReader {
  /** All panes. `absent` when no server answers on the socket and the socket says so; `unknown` for everything else (time-out, permission, odd answer). */
  view(): Promise<Fact<TmuxView>>;
  /** The pane's visible text, lines right-trimmed, without empty lines at the end; with `history` also the scroll-back (a dead pane's last words scroll up). */
  capture(paneId: string, options?: { history?: boolean }): Promise<Fact<string>>;
  /** True when `name` survives tmux unchanged (`.` and `:` become `_`, so they do not). */
  isSessionName(name: string): boolean;
}

/** What a new session is to be. `argv` has an absolute path first; it is handed over as separate arguments, no shell sees it. */
export type SessionRequest = {
  readonly name: string;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly marks: Readonly<Record<string, string>>;
  readonly width: number;
  readonly height: number;
};

/** The ids of a session that was just made. */
export type CreatedSession = {
  readonly serverPid: number;
  readonly sessionId: string;
  readonly paneId: string;
  readonly panePid: number;
};

/** What must hold at the moment of the act; checked in the same tmux call. */
export type PanePrecondition = { readonly sessionId: string; readonly paneId: string; readonly panePid: number };

/** Changes one tmux server. A precondition that does not hold throws `PreconditionFailed` and changes nothing. */
export interface TmuxWriter {
  /** Makes the session with its marks and `remain-on-exit` in one call; starts the server with an allow-listed environment when none runs. A name that is taken throws `PreconditionFailed`. */
  createSession(request: SessionRequest): Promise<CreatedSession>;
  /** Replaces the given marks, keeps the others; an empty value takes a mark away. */
  mark(target: PanePrecondition, marks: Readonly<Record<string, string>>): Promise<void>;
  /** Ends the session. Its process gets SIGHUP from the kernel and may survive: the caller looks for the pid. */
  killSession(target: PanePrecondition): Promise<void>;
  /** Pastes text as one bracketed paste, literally (control characters as visible pictures); leaves copy-mode first. No Enter. A dead pane fails the precondition. */
  paste(target: PanePrecondition, text: string): Promise<void>;
  /** Sends named keys (`Enter`, `Escape`, `C-c`), in a call of their own; leaves copy-mode first. A dead pane fails the precondition. */
  sendKeys(target: PanePrecondition, keys: readonly string[]): Promise<void>;
  /** Sends SIGUSR1 to a server whose socket vanished, so that it makes the socket again. Checks that `serverPid` is a tmux server of this user. */
  recoverSocket(serverPid: number): Promise<void>;
}

/** Tells when something about sessions may have changed. Events may be lost or doubled: they only say "look now". */
export interface TmuxWatcher {
  /** Calls `onChange` soon after a session is created, closed or renamed, a pane dies, or the server goes away or comes back. Stops when `signal` aborts. */
  watch(onChange: () => void, signal: AbortSignal): void;
}
