import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TmuxCall } from './tmux-call.ts';
import type { TmuxWatcher } from './tmux.ts';

const HOOKS = [
  ...['session-created', 'session-closed', 'session-renamed', 'pane-died', 'pane-exited', 'window-unlinked'],
  ...['client-attached', 'client-detached', 'client-session-changed'],
];

const BACKOFF_MS = { first: 200, last: 2000 };
/** Hooks that fire within this time of each other are told as one change. */
const COALESCE_MS = 20;
const FOREVER_MS = 2 ** 31 - 1;

/** A watcher, and a way to tell it that a server was just started. */
export type NudgedWatcher = { readonly watcher: TmuxWatcher; readonly nudge: () => void };

/**
 * Watches through global hooks at an array index of its own (the user's hooks stay), which wake one waiting
 * `tmux wait-for CHANNEL`. Without a server it looks again every 0.2 to 2 s, or at once when nudged. `channel` must be
 * unique per controller.
 */
export function createTmuxWatcher(call: TmuxCall, channel: string): NudgedWatcher {
  const nudges = new Set<() => void>();
  const names = namesOf(channel);
  return {
    nudge: () => nudges.forEach((nudge) => nudge()),
    watcher: {
      watch(onChange, signal) {
        void watchUntilAborted({ call, names, nudges }, onChange, signal);
      },
    },
  };
}

/** The names of what a watcher keeps in the tmux server. */
type Names = { readonly hooks: readonly string[]; readonly flag: string; readonly channel: string };

type Watch = { readonly call: TmuxCall; readonly names: Names; readonly nudges: Set<() => void> };

/** The server on which the hooks are set, and whether events came that nobody was woken for. */
type Arming = { readonly server: string; readonly missed: boolean };

async function watchUntilAborted(watch: Watch, onChange: () => void, signal: AbortSignal): Promise<void> {
  let delayMs: number = BACKOFF_MS.first;
  let server: string | undefined;
  while (!signal.aborted) {
    const armed = await arm(watch, signal);
    if (signal.aborted) break;
    // Not only hooks: a server that went away, came, or was replaced in between is a change too.
    if (armed?.missed === true || armed?.server !== server) onChange();
    server = armed?.server;
    if (armed === undefined) {
      await pause(watch, delayMs, signal);
      delayMs = Math.min(delayMs * 2, BACKOFF_MS.last);
      continue;
    }
    delayMs = BACKOFF_MS.first;
    await waitForEvent(watch, armed.server, signal);
    if (signal.aborted) break;
    onChange();
    await pause(watch, COALESCE_MS, signal);
  }
  const { hooks, flag } = watch.names;
  await watch.call([...hooks.map((hook) => ['set-hook', '-gu', hook]), ['set-option', '-su', flag]]);
}

/**
 * Sets the hooks (each time: a new server has none, and setting them again changes nothing) and lowers the flag;
 * undefined when no server answers. The flag is there because a second `wait-for -S` that nobody waits for takes back
 * the first (cmd-wait-for.c of 3.3a): the first event raises it to 1 and signals, later ones raise it to 2, and
 * `missed` says that there were such.
 */
async function arm({ call, names }: Watch, signal: AbortSignal): Promise<Arming | undefined> {
  const { flag, channel } = names;
  const first = `set-option -s ${flag} 1 ; wait-for -S ${channel}`;
  const event = `if-shell -F "#{${flag}}" "set-option -s ${flag} 2" "${first}"`;
  const answer = await call(
    [
      ['display-message', '-p', `#{pid} #{${flag}}`],
      ['set-option', '-s', flag, ''],
      ...names.hooks.map((hook) => ['set-hook', '-g', hook, event]),
    ],
    { signal },
  );
  if (answer.outcome !== 'Done') return undefined;
  const [server = '', raised] = answer.stdout.toString('utf8').trim().split(' ');
  return { server, missed: raised === '2' };
}

/** Waits for the signal, but not on a server that has taken the other's place just now and has no hooks. */
async function waitForEvent({ call, names }: Watch, server: string, signal: AbortSignal): Promise<void> {
  const same = `#{==:#{pid},${server}}`;
  await call([['if-shell', '-F', same, `wait-for ${names.channel}`]], { signal, timeoutMs: FOREVER_MS });
}

/** Waits without keeping the process alive; a nudge ends the wait. */
async function pause(watch: Watch, delayMs: number, signal: AbortSignal): Promise<void> {
  const nudged = new AbortController();
  const nudge = (): void => nudged.abort();
  const either = AbortSignal.any([signal, nudged.signal]);
  watch.nudges.add(nudge);
  await sleep(delayMs, undefined, { ref: false, signal: either }).catch(() => undefined);
  watch.nudges.delete(nudge);
}

/** An index of its own in each hook's array, taken from the channel, far from those that people number by hand. */
function namesOf(channel: string): Names {
  const index = 1_000_000 + (createHash('sha256').update(channel).digest().readUInt32BE(0) % 1_000_000_000);
  return {
    hooks: HOOKS.map((hook) => `${hook}[${index}]`),
    flag: `@ccci_watch_${index}`,
    channel: `ccci-watch-${index}`,
  };
}
