import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TmuxCall } from './tmux-call.ts';
import type { TmuxWatcher } from './tmux.ts';

const HOOKS = [
  ...['session-created', 'session-closed', 'session-renamed', 'pane-died', 'pane-exited', 'window-unlinked'],
  ...['client-attached', 'client-detached', 'client-session-changed'],
];

const BACKOFF_MS = { first: 200, last: 2000 };
/** Hooks that fire within this time of each other are told as one change; tmux remembers a signal nobody waits for. */
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
  const names = hookNames(channel);
  const token = `ccci-${channel.replace(/[^\w-]/g, '_')}`;
  return {
    nudge: () => nudges.forEach((nudge) => nudge()),
    watcher: {
      watch(onChange, signal) {
        void watchUntilAborted({ call, names, token, nudges }, onChange, signal);
      },
    },
  };
}

type Watch = {
  readonly call: TmuxCall;
  readonly names: readonly string[];
  readonly token: string;
  readonly nudges: Set<() => void>;
};

async function watchUntilAborted(watch: Watch, onChange: () => void, signal: AbortSignal): Promise<void> {
  let delayMs: number = BACKOFF_MS.first;
  let connected = false;
  while (!signal.aborted) {
    const armed = await arm(watch, signal);
    if (signal.aborted) break;
    if (armed && !connected) onChange();
    connected = armed;
    const woken = armed && (await waitForSignal(watch, signal));
    if (signal.aborted) break;
    if (armed) onChange();
    if (armed) delayMs = BACKOFF_MS.first;
    // A wait that did not end well means that the server went away, and the next arming finds out.
    await pause(watch, woken ? COALESCE_MS : delayMs, signal);
    if (!armed) delayMs = Math.min(delayMs * 2, BACKOFF_MS.last);
  }
  await watch.call(watch.names.map((name) => ['set-hook', '-gu', name]));
}

/** Sets the hooks (again and again: a new server has none, and setting them twice changes nothing). */
async function arm(watch: Watch, signal: AbortSignal): Promise<boolean> {
  const commands = watch.names.map((name) => ['set-hook', '-g', name, `wait-for -S ${watch.token}`]);
  return (await watch.call(commands, { signal })).outcome === 'Done';
}

async function waitForSignal(watch: Watch, signal: AbortSignal): Promise<boolean> {
  const answer = await watch.call([['wait-for', watch.token]], { signal, timeoutMs: FOREVER_MS });
  return answer.outcome === 'Done';
}

/** Waits without keeping the process alive; a nudge ends the wait. */
async function pause(watch: Watch, delayMs: number, signal: AbortSignal): Promise<void> {
  const nudged = new AbortController();
  const nudge = (): void => nudged.abort();
  watch.nudges.add(nudge);
  await sleep(delayMs, undefined, { ref: false, signal: AbortSignal.any([signal, nudged.signal]) }).catch(
    () => undefined,
  );
  watch.nudges.delete(nudge);
}

/** An index of its own in each hook's array, taken from the channel, far from those that people number by hand. */
function hookNames(channel: string): readonly string[] {
  const index = 1_000_000 + (createHash('sha256').update(channel).digest().readUInt32BE(0) % 1_000_000_000);
  return HOOKS.map((hook) => `${hook}[${index}]`);
}
