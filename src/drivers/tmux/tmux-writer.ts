import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PreconditionFailed } from '#api/errors.ts';
import { paneAct } from './pane-act.ts';
import { recoverSocket } from './recover-socket.ts';
import { TmuxError, type TmuxAnswer, type TmuxCall } from './tmux-call.ts';
import { escapeFormat, isSessionName, literalText, quoteForCommand } from './tmux-text.ts';
import type { CreatedSession, SessionRequest, TmuxReader, TmuxWriter } from './tmux.ts';

/** Changes one tmux server. `onServer` is called after every created session, so that a watcher need not wait to see a new server. */
export function createTmuxWriter(call: TmuxCall, reader: TmuxReader, onServer: () => void): TmuxWriter {
  return {
    async createSession(request) {
      const created = await createSession(call, request);
      onServer();
      return created;
    },
    async mark(target, marks) {
      const commands = Object.entries(marks).map(([name, value]) => markCommand(target.paneId, name, value));
      await paneAct(call, target, { what: 'mark the session', commands: [...commands, 'display-message -p done'] });
    },
    async killSession(target) {
      const kill = `kill-session -t ${quoteForCommand(target.sessionId)}`;
      await paneAct(call, target, { what: 'end the session', commands: ['display-message -p done', kill] });
    },
    async paste(target, text) {
      const input = literalText(text);
      const buffer = `ccci-${crypto.randomUUID()}`;
      const pane = quoteForCommand(target.paneId);
      const paste = [`copy-mode -q -t ${pane}`, `paste-buffer -d -p -r -b ${buffer} -t ${pane}`];
      await paneAct(call, target, {
        what: 'paste text',
        commands: [...(input === '' ? [] : paste), 'display-message -p done'],
        needsLive: true,
        // tmux makes no buffer of empty text, and then has none to paste or delete.
        ...(input === '' ? {} : { buffer: { name: buffer, text: input } }),
      });
    },
    async sendKeys(target, keys) {
      const pane = quoteForCommand(target.paneId);
      const send = `send-keys -t ${pane} -- ${keys.map(quoteForCommand).join(' ')}`;
      await paneAct(call, target, {
        what: 'send keys',
        commands: [`copy-mode -q -t ${pane}`, send, 'display-message -p done'],
        needsLive: true,
      });
    },
    recoverSocket: (serverPid) => recoverSocket(reader, serverPid),
  };
}

async function createSession(call: TmuxCall, request: SessionRequest): Promise<CreatedSession> {
  await checkRequest(request);
  let answer = await call(creation(request));
  // A server that is just ending takes the call down with it (facts: agent-clis 2); the next one starts anew.
  for (let retry = 0; answer.outcome === 'ServerExited' && retry < 2; retry += 1) {
    await sleep(300);
    answer = await call(creation(request));
  }
  const created = readCreated(answer.stdout);
  if (answer.outcome === 'Done' && created?.name === request.name) return created.ids;
  if (/^duplicate session/m.test(answer.message)) {
    throw new PreconditionFailed(`tmux already has a session named "${request.name}"`);
  }
  // Half a session (an option refused, a name rewritten) would not be recognised later, so it is taken back.
  if (created !== undefined) await call([['kill-session', '-t', created.ids.sessionId]]);
  throw creationError(request, answer, created?.name);
}

async function checkRequest(request: SessionRequest): Promise<void> {
  const what = `could not create tmux session "${request.name}"`;
  if (!isSessionName(request.name)) {
    throw new Error(
      `${what}: tmux would change the name; use one without ".", ":", "\\", "$name" and control characters`,
    );
  }
  if (request.argv[0]?.startsWith('/') !== true) {
    throw new Error(`${what}: the command must begin with an absolute path, but it is "${request.argv[0] ?? ''}"`);
  }
  const folder = await stat(request.cwd).catch((error: unknown) => {
    throw new Error(`${what}: its folder "${request.cwd}" can not be entered; make it first`, { cause: error });
  });
  // tmux would silently use another folder instead.
  if (!folder.isDirectory()) throw new Error(`${what}: "${request.cwd}" is not a folder`);
}

/** The options after `new-session -d` land on the new session: tmux makes it the current target of the same call. */
function creation(request: SessionRequest): readonly (readonly string[])[] {
  const { name, cwd, argv, width, height, marks } = request;
  // tmux hands a single argument to a shell; with two or more it executes them as they are (facts: agent-clis 2).
  const command = argv.length > 1 ? argv : ['/bin/sh', '-c', 'exec "$0"', ...argv];
  const printed = '#{pid} #{session_id} #{pane_id} #{pane_pid} #{session_name}';
  const size = ['-x', String(width), '-y', String(height)];
  const place = ['-s', escapeFormat(name), '-c', escapeFormat(cwd)];
  return [
    ['new-session', '-d', '-P', '-F', printed, ...place, ...size, '--', ...command],
    ['set-option', '-p', 'remain-on-exit', 'on'],
    ['set-option', 'destroy-unattached', 'off'],
    ...Object.entries(marks).map(([mark, value]) => ['set-option', '-p', '--', `@ccci_${mark}`, value]),
  ];
}

function readCreated(stdout: Buffer): { readonly ids: CreatedSession; readonly name: string } | undefined {
  const parts = /^(\d+) (\$\d+) (%\d+) (\d+) (.*)\n$/.exec(stdout.toString('utf8'));
  const [, serverPid, sessionId, paneId, panePid, name] = parts ?? [];
  if (sessionId === undefined || paneId === undefined || name === undefined) return undefined;
  return { ids: { serverPid: Number(serverPid), sessionId, paneId, panePid: Number(panePid) }, name };
}

function creationError(request: SessionRequest, answer: TmuxAnswer, name: string | undefined): Error {
  const what = `could not create tmux session "${request.name}" in "${request.cwd}"`;
  if (answer.outcome === 'Done') {
    return new TmuxError(
      'Refused',
      `${what}: tmux called it "${name ?? ''}"; choose a name of plain letters and digits`,
    );
  }
  const hint = answer.message.includes('too long')
    ? '; tmux takes about 16 KB in all, use a launcher that reads files'
    : '';
  return new TmuxError(answer.outcome, `${what}: ${answer.message}${hint}`);
}

// Marks are options of the pane: those of a session would hold for every pane that somebody opens in it, too.
function markCommand(paneId: string, name: string, value: string): string {
  const option = `-t ${quoteForCommand(paneId)} -- ${quoteForCommand(`@ccci_${name}`)}`;
  return value === '' ? `set-option -pu ${option}` : `set-option -p ${option} ${quoteForCommand(value)}`;
}
