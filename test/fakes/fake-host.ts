import type { Clock } from '#drivers/clock/clock.ts';
import type { ProcessReader, ProcessWatcher, ProcessWriter } from '#drivers/process/process.ts';
import type { CreatedSession, SessionRequest, TmuxReader, TmuxWatcher, TmuxWriter } from '#drivers/tmux/tmux.ts';
import { FakeKernel, type FakeProcess } from './fake-kernel.ts';
import { fakeProcessReader, fakeProcessWatcher, fakeProcessWriter } from './fake-processes.ts';
import { fakeTmuxReader, fakeTmuxWriter } from './fake-tmux.ts';
import { writeText, type FakeLaunch, type FakeProgram, type FakeServer } from './fake-tmux-server.ts';
import type { FakeSession, FakeStart, FakeTerminal } from './fake-tmux-server.ts';

const EVENT_DELAY_MS = 5;

/**
 * One machine in memory: tmux servers and processes together. Time comes from the clock that is handed in, ids and
 * pids from counters, so that one script gives one story. The readers and writers are what drivers promise; the other
 * methods are what people, programs and accidents do.
 */
export class FakeHost {
  readonly kernel: FakeKernel;
  readonly servers = new Map<number, FakeServer>();
  readonly tmux: TmuxReader;
  readonly tmuxWriter: TmuxWriter;
  readonly tmuxWatcher: TmuxWatcher;
  readonly processes: ProcessReader;
  readonly processWriter: ProcessWriter;
  /** Pid of the server that the socket leads to. */
  socketPid: number | undefined;
  /** The environment of a server that a writer starts, and so of its sessions. */
  environment: Readonly<Record<string, string>> = {};
  /** While set, every answer of tmux is unknown and every act of a writer throws. */
  tmuxFailure: string | undefined;
  /** While set, every look at processes is unknown. */
  processFailure: string | undefined;
  /** While true, tmux does not notice deaths: the process is a zombie, the pane reads as alive until `noticeDeaths`. */
  losesDeaths = false;
  /** While true, watchers are told nothing. */
  losesEvents = false;
  readonly #clock: Clock;
  readonly #watchers = new Set<() => void>();
  #start: (terminal: FakeTerminal, launch: FakeLaunch) => FakeProgram = () => ({});

  constructor(clock: Clock) {
    this.#clock = clock;
    this.kernel = new FakeKernel(clock);
    this.kernel.onEnd.push((process) => this.#processEnded(process));
    this.tmux = fakeTmuxReader(this);
    this.tmuxWriter = fakeTmuxWriter(this);
    this.processes = fakeProcessReader(this);
    this.processWriter = fakeProcessWriter(this);
    this.tmuxWatcher = {
      watch: (onChange, signal) => {
        this.#watchers.add(onChange);
        signal.addEventListener('abort', () => this.#watchers.delete(onChange));
      },
    };
  }

  /** Says what the programs of new sessions do. */
  onStart(start: (terminal: FakeTerminal, launch: FakeLaunch) => FakeProgram): void {
    this.#start = start;
  }

  /** A watcher of this host's processes. */
  processWatcher(onGone: (target: { pid: number; startTime: number }) => void, periodMs = 50): ProcessWatcher {
    return fakeProcessWatcher(this, this.#clock, { onGone, periodMs });
  }

  /** A person makes a session; a server starts when none answers. */
  startForeign(request: Partial<SessionRequest> & { readonly name: string }): CreatedSession {
    const usual = { cwd: '/', argv: ['/bin/sh', '-i'], marks: {}, width: 80, height: 24, remainOnExit: false };
    return this.startSession({ ...usual, ...request });
  }

  /** Makes a session and starts its program. */
  startSession(request: FakeStart): CreatedSession {
    const server = this.server ?? this.#startServer();
    const process = this.kernel.spawn({ argv: request.argv, env: this.environment, ppid: server.pid });
    const session: FakeSession = {
      id: `$${server.nextId}`,
      name: request.name,
      height: request.height,
      remainOnExit: request.remainOnExit,
      marks: new Map(Object.entries(request.marks).filter(([, value]) => value !== '')),
      paneId: `%${server.nextId}`,
      panePid: process.pid,
      lines: [],
      visibleFrom: 0,
      clients: 0,
      inMode: false,
      program: {},
    };
    server.nextId += 1;
    server.sessions.set(session.id, session);
    const { name, cwd, argv, marks } = request;
    const launch = { name, cwd, argv, marks, env: this.environment };
    session.program = this.#start(this.#terminal(session, process), launch);
    this.changed();
    return { serverPid: server.pid, sessionId: session.id, paneId: session.paneId, panePid: process.pid };
  }

  /** The server that the socket leads to. */
  get server(): FakeServer | undefined {
    return this.socketPid === undefined ? undefined : this.servers.get(this.socketPid);
  }

  /** The session of that name on the server that the socket leads to. */
  session(name: string): FakeSession | undefined {
    return [...(this.server?.sessions.values() ?? [])].find((session) => session.name === name);
  }

  /** Somebody renames a session, attaches to it, scrolls in it. */
  edit(sessionId: string, change: Partial<Pick<FakeSession, 'name' | 'clients' | 'inMode'>>): void {
    const session = this.server?.sessions.get(sessionId);
    if (session === undefined) throw new Error(`no session ${sessionId} on the fake host`);
    Object.assign(session, change);
    this.changed();
  }

  /** Ends a session: its process gets SIGHUP, and may go on. */
  endSession(server: FakeServer, session: FakeSession): void {
    server.sessions.delete(session.id);
    this.kernel.signal(session.panePid, 'SIGHUP');
    this.kernel.reap(session.panePid);
    if (server.sessions.size === 0) this.#endServer(server);
    this.changed();
  }

  /** The server that the socket leads to ends with all its sessions. */
  killServer(): void {
    const server = this.server;
    for (const session of [...(server?.sessions.values() ?? [])]) if (server) this.endSession(server, session);
  }

  /** The socket file is deleted; its server goes on unseen. */
  vanishSocket(): void {
    this.socketPid = undefined;
    this.changed();
  }

  /** tmux gets SIGCHLD: it notices every death that it has missed. */
  noticeDeaths(): void {
    const zombies = [...this.kernel.processes.values()].filter(({ state }) => state === 'Z');
    for (const process of zombies) {
      this.#paneDied(process);
      this.kernel.reap(process.pid);
    }
  }

  /** Tells the watchers, a little later, that something may have changed. */
  changed(): void {
    if (this.losesEvents) return;
    for (const watcher of this.#watchers) {
      this.#clock.after(EVENT_DELAY_MS, () => {
        if (this.#watchers.has(watcher)) watcher();
      });
    }
  }

  #startServer(): FakeServer {
    const { pid } = this.kernel.spawn({ argv: ['tmux'], env: this.environment });
    const server = { pid, sessions: new Map<string, FakeSession>(), nextId: 0 };
    this.servers.set(pid, server);
    this.socketPid = pid;
    return server;
  }

  #endServer(server: FakeServer): void {
    this.servers.delete(server.pid);
    if (this.socketPid === server.pid) this.socketPid = undefined;
    this.kernel.end(server.pid, { status: 0 });
  }

  #processEnded(process: FakeProcess): boolean {
    if (this.losesDeaths && this.#paneOf(process.pid) !== undefined) return true;
    this.#paneDied(process);
    return false;
  }

  #paneDied(process: FakeProcess): void {
    const found = this.#paneOf(process.pid);
    if (found === undefined || process.end === undefined) return;
    const { server, session } = found;
    if (!session.remainOnExit) return this.endSession(server, session);
    session.dead = process.end;
    const how = 'status' in process.end ? `status ${process.end.status}` : `signal ${process.end.signal}`;
    writeText(session, `\nPane is dead (${how})`);
    this.changed();
  }

  #paneOf(pid: number): { readonly server: FakeServer; readonly session: FakeSession } | undefined {
    const panes = [...this.servers.values()].flatMap((server) =>
      [...server.sessions.values()].map((session) => ({ server, session })),
    );
    return panes.find(({ session }) => session.panePid === pid);
  }

  #terminal(session: FakeSession, process: FakeProcess): FakeTerminal {
    const { pid, startTime } = process;
    return {
      pid,
      startTime,
      sessionId: session.id,
      paneId: session.paneId,
      write: (text) => writeText(session, text),
      clear: () => void (session.visibleFrom = session.lines.push('') - 1),
      useCpu: (ticks) => void (process.cpuTicks += ticks),
      exec: (argv, env) => Object.assign(process, { argv, env }),
      spawn: (argv, env = process.env) => this.kernel.spawn({ argv, env, ppid: pid }).pid,
      ignore: (...signals) => signals.forEach((signal) => process.ignores.add(signal)),
      exit: (status) => this.kernel.end(pid, { status }),
    };
  }
}
