import { PreconditionFailed } from '#api/errors.ts';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { TmuxError } from '#drivers/tmux/tmux-call.ts';
import { isSessionName, literalText } from '#drivers/tmux/tmux-text.ts';
import type { PanePrecondition, TmuxReader, TmuxWriter } from '#drivers/tmux/tmux.ts';
import { paneText, paneView } from './fake-tmux-server.ts';
import type { FakeServer, FakeSession, FakeTmuxWorld } from './fake-tmux-server.ts';

/** Looks at the server that a fake host's socket leads to. */
export function fakeTmuxReader(host: FakeTmuxWorld): TmuxReader {
  const read = async <T>(from: (server: FakeServer) => Fact<T>): Promise<Fact<T>> => {
    if (host.tmuxFailure !== undefined) return unknown('TmuxUnreachable', host.tmuxFailure);
    return host.server === undefined ? ABSENT : from(host.server);
  };
  return {
    view: () =>
      read(({ pid, sessions }) =>
        known({ serverPid: pid, panes: [...sessions.values()].map((each) => paneView(each)) }),
      ),
    capture: (paneId, options) =>
      read(({ sessions }) => {
        const session = [...sessions.values()].find((each) => each.paneId === paneId);
        return session === undefined ? ABSENT : known(paneText(session, options?.history === true));
      }),
    isSessionName,
  };
}

/** Changes the server that a fake host's socket leads to, or starts one. */
export function fakeTmuxWriter(host: FakeTmuxWorld): TmuxWriter {
  const act = async (target: PanePrecondition, change: (session: FakeSession, server: FakeServer) => void) => {
    checkAnswers(host);
    const session = host.server?.sessions.get(target.sessionId);
    const same = session?.paneId === target.paneId && session.panePid === target.panePid;
    if (host.server === undefined || session === undefined || !same) {
      throw new PreconditionFailed(`pane ${target.paneId} of session ${target.sessionId} is gone or another one`);
    }
    change(session, host.server);
  };
  const reach = (target: PanePrecondition, input: (session: FakeSession) => void) =>
    act(target, (session) => {
      if (session.dead !== undefined) throw new PreconditionFailed(`pane ${target.paneId} is dead`);
      session.inMode = false;
      // A zombie's terminal swallows its input.
      if (host.kernel.alive(session.panePid) !== undefined) input(session);
    });
  return {
    async createSession(request) {
      checkAnswers(host);
      if (!isSessionName(request.name)) throw new Error(`could not create tmux session "${request.name}"`);
      if (request.argv[0]?.startsWith('/') !== true) throw new Error('the command must begin with an absolute path');
      if (host.session(request.name))
        throw new PreconditionFailed(`tmux already has a session named "${request.name}"`);
      return host.startSession({ ...request, remainOnExit: true });
    },
    mark: (target, marks) =>
      act(target, (session) => {
        for (const [name, value] of Object.entries(marks)) {
          if (value === '') session.marks.delete(name);
          else session.marks.set(name, value);
        }
      }),
    killSession: (target) => act(target, (session, server) => host.endSession(server, session)),
    paste: (target, text) =>
      reach(target, (session) => {
        if (text !== '') session.program.onText?.(literalText(text));
      }),
    sendKeys: (target, keys) => reach(target, (session) => session.program.onKeys?.(keys)),
    async recoverSocket(serverPid) {
      checkAnswers(host);
      if (!host.servers.has(serverPid)) throw new Error(`process ${serverPid} is not a tmux server of this user`);
      if (host.socketPid !== undefined && host.socketPid !== serverPid) {
        throw new Error(`server ${host.socketPid} answers on that socket`);
      }
      host.socketPid = serverPid;
    },
  };
}

function checkAnswers(host: FakeTmuxWorld): void {
  if (host.tmuxFailure !== undefined) throw new TmuxError('Unreachable', host.tmuxFailure);
}
