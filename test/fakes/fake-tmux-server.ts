import type { CreatedSession, PaneView, SessionRequest } from '#drivers/tmux/tmux.ts';
import type { FakeEnd, FakeKernel, FakeSignal } from './fake-kernel.ts';
import { signalNumber } from './fake-kernel.ts';

/** What a scripted program does with its input. Both are optional: a program may be deaf. */
export type FakeProgram = {
  /** One paste, as the program gets it. */
  readonly onText?: (text: string) => void;
  /** The keys of one call, by name. */
  readonly onKeys?: (keys: readonly string[]) => void;
};

/** What a scripted program can do: its terminal, its process. */
export type FakeTerminal = {
  readonly pid: number;
  readonly startTime: number;
  readonly sessionId: string;
  readonly paneId: string;
  /** Adds text to the screen. */
  write(text: string): void;
  /** Empties the screen; what stood there is in the history. */
  clear(): void;
  useCpu(ticks: number): void;
  /** Goes on as another program, as a launcher does: the pid stays. */
  exec(argv: readonly string[], env: Readonly<Record<string, string>>): void;
  /** Starts a child process and answers its pid. */
  spawn(argv: readonly string[], env?: Readonly<Record<string, string>>): number;
  ignore(...signals: readonly FakeSignal[]): void;
  exit(status: number): void;
};

/** How a scripted program was started. */
export type FakeLaunch = {
  readonly name: string;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly marks: Readonly<Record<string, string>>;
};

/** One session with its only pane. */
export type FakeSession = {
  readonly id: string;
  name: string;
  readonly height: number;
  readonly remainOnExit: boolean;
  readonly marks: Map<string, string>;
  readonly paneId: string;
  readonly panePid: number;
  readonly lines: string[];
  visibleFrom: number;
  clients: number;
  /** When somebody pressed a key there last, epoch ms; undefined when nobody types. */
  typedAtMs?: number | undefined;
  inMode: boolean;
  dead?: FakeEnd;
  program: FakeProgram;
};

/** One tmux server: it may have lost its socket to another one. */
export type FakeServer = {
  readonly pid: number;
  readonly sessions: Map<string, FakeSession>;
  nextId: number;
};

/** What a new session is to be, and whether it stays when its program ends (sessions made by ccci do). */
export type FakeStart = SessionRequest & { readonly remainOnExit: boolean };

/** What the fake reader and writer need of their host. */
export type FakeTmuxWorld = {
  readonly kernel: FakeKernel;
  readonly servers: ReadonlyMap<number, FakeServer>;
  readonly server: FakeServer | undefined;
  readonly tmuxFailure: string | undefined;
  socketPid: number | undefined;
  session(name: string): FakeSession | undefined;
  startSession(request: FakeStart): CreatedSession;
  endSession(server: FakeServer, session: FakeSession): void;
};

/** The pane as `list-panes` shows it. */
export function paneView(session: FakeSession): PaneView {
  const { dead } = session;
  return {
    sessionId: session.id,
    sessionName: session.name,
    paneId: session.paneId,
    panePid: session.panePid,
    dead: dead !== undefined,
    ...(dead !== undefined && 'status' in dead ? { deadStatus: dead.status } : {}),
    ...(dead !== undefined && 'signal' in dead ? { deadSignal: signalNumber(dead.signal) } : {}),
    inMode: session.inMode,
    attachedClients: session.clients,
    ...(session.typedAtMs === undefined
      ? {}
      : { clients: [{ name: 'ana', isReadOnly: false, activeAtMs: session.typedAtMs }] }),
    marks: Object.fromEntries(session.marks),
  };
}

/** The text of the pane, with or without what has scrolled away. */
export function paneText(session: FakeSession, history: boolean): string {
  const { lines, height, visibleFrom } = session;
  const shown = history ? lines : lines.slice(Math.max(visibleFrom, lines.length - height));
  return shown
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n+$/, '');
}

/** Adds text where the cursor stands: at the end. */
export function writeText(session: FakeSession, text: string): void {
  const [first = '', ...rest] = text.split('\n');
  const last = session.lines.pop() ?? '';
  session.lines.push(last + first, ...rest);
}
