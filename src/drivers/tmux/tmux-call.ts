import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { escapeArgument } from './tmux-text.ts';

/** Where a tmux server is and how long to wait for it. */
export type TmuxTarget = {
  /** The server's socket: a path (`-S`) or a name (`-L`); neither is tmux's own default. */
  readonly socket?: { readonly path?: string | undefined; readonly name?: string | undefined } | undefined;
  /** Configuration file (`-f`); without it tmux reads the user's. */
  readonly configFile?: string | undefined;
  /** The whole environment of every tmux client, and so of a server that one of them starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Time-out of one call in ms; 5000 when not given. */
  readonly timeoutMs?: number | undefined;
};

/**
 * What became of one tmux invocation. `NoServer`: the socket says that nobody listens. `ServerExited`: the server went
 * away in the middle. `Unreachable`: time-out, permission, no tmux. `Refused`: the server answered with an error.
 */
export type TmuxAnswer = {
  readonly outcome: 'Done' | 'Refused' | 'NoServer' | 'ServerExited' | 'Unreachable';
  readonly stdout: Buffer;
  /** For `Done` empty, otherwise one sentence or tmux's own words. */
  readonly message: string;
};

/**
 * Thrown by writers when tmux did not do what was asked and no precondition explains it. A server that hung may still do
 * it when it goes on: only looking again tells.
 */
export class TmuxError extends Error {
  readonly outcome: Exclude<TmuxAnswer['outcome'], 'Done'>;
  constructor(outcome: TmuxError['outcome'], message: string) {
    super(message);
    this.name = 'TmuxError';
    this.outcome = outcome;
  }
}

/** One tmux invocation: commands, each a list of arguments, run in order by the server in one call. */
export type TmuxCall = (
  commands: readonly (readonly string[])[],
  options?: { readonly input?: string; readonly signal?: AbortSignal; readonly timeoutMs?: number },
) => Promise<TmuxAnswer>;

type Client = Promise<unknown> & {
  kill(signal: 'SIGKILL'): boolean;
  readonly stdout: Readable;
  readonly stderr: Readable;
};

/** Makes the function that runs tmux for one server. No shell is involved; names come back as UTF-8. */
export function createTmuxCall(target: TmuxTarget): TmuxCall {
  const prefix = clientArguments(target);
  return async (commands, options = {}) => {
    const timeoutMs = options.timeoutMs ?? target.timeoutMs ?? 5000;
    const args = commands.flatMap((command, index) => [...(index > 0 ? [';'] : []), ...command.map(escapeArgument)]);
    const client = execa('tmux', [...prefix, ...args], {
      env: { ...target.environment },
      extendEnv: false,
      cwd: '/',
      encoding: 'buffer',
      stripFinalNewline: false,
      reject: false,
      maxBuffer: 64 * 1024 * 1024,
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    });
    const timedOut = giveUpOn(client, timeoutMs, options.signal);
    const result = await client;
    const stdout = Buffer.from(result.stdout);
    if (result.exitCode === 0) return { outcome: 'Done', stdout, message: '' };
    if (timedOut()) {
      return { outcome: 'Unreachable', stdout, message: `tmux did not answer within ${timeoutMs} ms` };
    }
    const words = Buffer.from(result.stderr).toString('utf8').trim();
    return { ...classify(words || (result.originalMessage ?? 'tmux failed without a word')), stdout };
  };
}

/**
 * Ends a client that takes too long or is not wanted any more; the answer says whether time was the reason. Its output
 * is closed from this side: tmux hands it on to the server, and a server that hangs would keep it open for ever.
 */
function giveUpOn(client: Client, timeoutMs: number, signal: AbortSignal | undefined): () => boolean {
  let timedOut = false;
  const giveUp = (): void => {
    client.kill('SIGKILL');
    client.stdout.destroy();
    client.stderr.destroy();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    giveUp();
  }, timeoutMs);
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener('abort', giveUp);
  void client.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  });
  return () => timedOut;
}

/** `-u` makes tmux speak UTF-8 whatever the locale is, without a locale variable leaking into a server's environment. */
function clientArguments(target: TmuxTarget): readonly string[] {
  const { path, name } = target.socket ?? {};
  const socket = path !== undefined ? ['-S', path] : name !== undefined ? ['-L', name] : [];
  return ['-u', ...(target.configFile === undefined ? [] : ['-f', target.configFile]), ...socket];
}

/** Sorts tmux's own error texts (client.c, tmux.c of 3.3a): only a socket that says "nobody" means no server. */
function classify(message: string): Omit<TmuxAnswer, 'stdout'> {
  if (/^no server running on /m.test(message)) return { outcome: 'NoServer', message };
  if (/^error connecting to .*\((No such file or directory|Connection refused)\)$/m.test(message)) {
    return { outcome: 'NoServer', message };
  }
  if (/^error (connecting to|creating) |ENOENT|EACCES|EPERM|EAGAIN|ENOMEM|failed to /m.test(message)) {
    return { outcome: 'Unreachable', message };
  }
  if (/server exited|lost server|^\[(exited|lost)/m.test(message)) return { outcome: 'ServerExited', message };
  return { outcome: 'Refused', message };
}
