import assert from 'node:assert/strict';
import { valueOf } from '#api/fact.ts';
import type { ProcessReader, ProcessWriter } from '#drivers/process/process.ts';
import type { CreatedSession, PaneView, SessionRequest, TmuxReader, TmuxWatcher } from '#drivers/tmux/tmux.ts';
import type { TmuxWriter } from '#drivers/tmux/tmux.ts';

/** A program that keeps what it gets. */
export type Recorder = {
  readonly argv: readonly string[];
  /** Waits until it reads; answers its arguments and its environment. */
  started(): Promise<{ args: readonly string[]; env: Readonly<Record<string, string | undefined>>; pid: number }>;
  /** Every byte it has read, pastes between `ESC [200~` and `ESC [201~`. */
  input(): Promise<string>;
};

/** What the suite needs to try a tmux driver, real or not: a machine where no server runs yet. */
export type TmuxUnderTest = {
  readonly reader: TmuxReader;
  readonly writer: TmuxWriter;
  readonly watcher: TmuxWatcher;
  readonly processes: ProcessReader;
  readonly processWriter: ProcessWriter;
  /** A folder that exists. */
  readonly cwd: string;
  readonly programs: {
    recorder(options?: { ignoresHangup?: boolean; args?: readonly string[] }): Promise<Recorder>;
    exits(status: number): readonly string[];
    readonly sleeps: readonly string[];
  };
  /** What people and accidents do. */
  readonly others: {
    newSession(name: string): Promise<void>;
    rename(sessionId: string, name: string): Promise<void>;
    scroll(paneId: string): Promise<void>;
    killServer(): Promise<void>;
    vanishSocket(): Promise<void>;
  };
  eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T>;
  readonly end: () => Promise<void>;
};

/** One promise: its title is a sentence, its test gets a fresh machine. */
export type TmuxRow = { readonly title: string; readonly test: (under: TmuxUnderTest) => Promise<void> };

/** Texts that break programs which let a shell, tmux or a separator see them; each arrives byte for byte. */
export const HOSTILE_TEXTS: readonly { readonly text: string; readonly reason: string }[] = [
  { text: `it's "quoted" \`twice\` $(touch x) \${HOME} $HOME`, reason: 'shell quoting' },
  { text: 'a; b;', reason: 'tmux takes a final ; for its separator' },
  { text: ';', reason: 'nothing but a separator' },
  { text: '\\;', reason: 'an escaped separator' },
  { text: '-x --help', reason: 'looks like options' },
  { text: '#{pid} #(id) ##{pid} #[bold] #S %H %1', reason: 'tmux formats' },
  { text: '%if 1', reason: 'a directive of tmux' },
  { text: '{ braces } ~ !', reason: 'special to the parser of tmux' },
  { text: 'one\n  two\n\n\t# three\tfour\n', reason: 'newlines, tabs and what looks like comments' },
  { text: 'back\\slash \\n \\033', reason: 'escapes' },
  { text: 'naïve \u{65e5}\u{672c} \u{1f916} e\u{301}', reason: 'more than ASCII' },
  { text: ' 5:12345 $0 %0 ', reason: 'looks like the fields of the driver itself' },
];

/** A session request with the parts that a test does not care about filled in. */
export function request(under: TmuxUnderTest, change: Partial<SessionRequest> = {}): SessionRequest {
  const usual = { name: 'ccci-test-one', argv: under.programs.sleeps, marks: {}, width: 100, height: 30 };
  return { cwd: under.cwd, ...usual, ...change };
}

/** All panes that the reader sees; the view must be known. */
export async function panesOf(under: TmuxUnderTest): Promise<readonly PaneView[]> {
  const view = await under.reader.view();
  assert.equal(view.state, 'known', `the view must be known, but it is ${JSON.stringify(view)}`);
  return valueOf(view)?.panes ?? [];
}

/** The pane of a session that must be there. */
export async function paneOf(under: TmuxUnderTest, { sessionId }: { readonly sessionId: string }): Promise<PaneView> {
  const pane = (await panesOf(under)).find((each) => each.sessionId === sessionId);
  assert.ok(pane, `session ${sessionId} must be there`);
  return pane;
}

/** Waits until the pane is dead and says how its process ended, which may come a little later. */
export function untilDead(under: TmuxUnderTest, session: { readonly sessionId: string }): Promise<PaneView> {
  return under.eventually('the pane is dead and says how', async () => {
    const pane = await paneOf(under, session);
    return pane.dead && (pane.deadStatus ?? pane.deadSignal) !== undefined && pane;
  });
}

/** Waits until the input of the recorder has that text in it. */
export function untilInput(under: TmuxUnderTest, recorder: Recorder, text: string): Promise<string> {
  return under.eventually('the program reads what was sent', async () => {
    const input = await recorder.input();
    return input.includes(text) ? input : undefined;
  });
}

/** A session whose program records what it gets, ready to read. */
export async function recorded(
  under: TmuxUnderTest,
  options: { ignoresHangup?: boolean } = {},
): Promise<{ readonly session: CreatedSession; readonly recorder: Recorder }> {
  const recorder = await under.programs.recorder(options);
  const session = await under.writer.createSession(request(under, { argv: recorder.argv }));
  await recorder.started();
  return { session, recorder };
}
