import type { ClientView } from './tmux.ts';

/** What every line about a client begins with; lines about panes begin with the id of a session. */
const PREFIX = 'client ';

/** The format of one client: ids and numbers first, then who it is. */
export const CLIENT_FORMAT = `${PREFIX}#{session_id} #{client_readonly} #{client_control_mode} #{client_activity} #{?client_user,#{client_user},#{client_tty}}`;

/**
 * Reads the lines about clients that stand from `start` on, by session, and answers where they end. Control clients are
 * programs, not persons. A line that does not follow the format throws: half an answer must not pass for the whole.
 */
export function parseClients(
  output: Buffer,
  start: number,
): { readonly clients: ReadonlyMap<string, readonly ClientView[]>; readonly end: number } {
  const clients = new Map<string, ClientView[]>();
  let at = start;
  while (output.toString('latin1', at, at + PREFIX.length) === PREFIX) {
    const lineEnd = output.indexOf(0x0a, at);
    const line = output.toString('utf8', at, lineEnd < 0 ? undefined : lineEnd);
    const match = /^client (\$\d+|) ([01]?) ([01]?) (\d+) (.*)$/.exec(line);
    if (match === null || lineEnd < 0)
      throw new Error(`tmux answered with an unexpected client line: ${JSON.stringify(line)}`);
    const [, session = '', readOnly, control, activity, name = ''] = match;
    at = lineEnd + 1;
    if (control === '1' || session === '') continue;
    const view = { name, isReadOnly: readOnly === '1', activeAtMs: Number(activity) * 1000 };
    clients.set(session, [...(clients.get(session) ?? []), view]);
  }
  return { clients, end: at };
}
