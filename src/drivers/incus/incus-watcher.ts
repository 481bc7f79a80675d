import type { WebSocket } from 'ws';
import type { Clock } from '../clock/clock.ts';
import type { IncusWatcher } from './incus.ts';
import { instancesOfEvent } from './lifecycle.ts';
import type { Route } from './route.ts';
import type { Transport } from './transport.ts';

/** Silence after which the stream counts as broken: the server pings at opening and every 10 s. */
const SILENCE_MS = 25_000;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** A connection that lasted this long starts the delays over. */
const STEADY_MS = 5_000;

/** What a watcher needs beside the transport. `random` gives 0..1 and spreads the reconnects of many controllers. */
export type WatcherSettings = { readonly clock: Clock; readonly random: () => number };

/** A watcher on the events stream. After each connect, and once when a stream breaks, it says "anything may have changed". */
export function createIncusWatcher(transport: Transport, settings: WatcherSettings): IncusWatcher {
  return {
    watch(project, onChange, signal) {
      void keepConnected({ transport, settings, project, onChange, signal });
    },
  };
}

type Watch = {
  transport: Transport;
  settings: WatcherSettings;
  project: string;
  onChange: (instance: string | undefined) => void;
  signal: AbortSignal;
};

async function keepConnected(watch: Watch): Promise<void> {
  const { settings, signal } = watch;
  let delayMs = FIRST_DELAY_MS;
  while (!signal.aborted) {
    const startedMs = settings.clock.now().monoMs;
    const opened = await followOnce(watch).catch(() => false);
    if (signal.aborted) return;
    if (opened) watch.onChange(undefined);
    // A server that accepts and drops at once is not called five times a second.
    if (opened && settings.clock.now().monoMs - startedMs >= STEADY_MS) delayMs = FIRST_DELAY_MS;
    await pause(settings.clock, delayMs * (0.5 + settings.random()), signal);
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
  }
}

/** Follows one connection to its end and answers whether it was ever open. */
async function followOnce(watch: Watch): Promise<boolean> {
  const { transport, settings, project, onChange, signal } = watch;
  const route = await transport.route();
  const socket = await openSocket(
    route,
    `/1.0/events?type=lifecycle,operation&project=${encodeURIComponent(project)}`,
    transport,
  );
  return await new Promise((resolve) => {
    let opened = false;
    let cancelSilence = () => {};
    function heard(): void {
      cancelSilence();
      cancelSilence = settings.clock.after(SILENCE_MS, () => socket.terminate());
    }
    const stop = (): void => socket.terminate();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    heard();
    socket.on('ping', heard);
    socket.on('open', () => {
      opened = true;
      heard();
      onChange(undefined);
    });
    socket.on('message', (message: Buffer) => {
      heard();
      if (!signal.aborted) instancesOfEvent(message.toString('utf8')).forEach(onChange);
    });
    // The reason shows with the next read; here every failure means "connect again".
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      cancelSilence();
      signal.removeEventListener('abort', stop);
      resolve(opened);
    });
  });
}

async function openSocket(route: Route, path: string, transport: Transport): Promise<WebSocket> {
  const { WebSocket: Socket } = await import('ws');
  const handshakeTimeout = transport.limits.requestTimeoutMs;
  if (route.kind === 'socket') return new Socket(`ws+unix:${route.path}:${path}`, { handshakeTimeout });
  const host = route.host.includes(':') ? `[${route.host}]` : route.host;
  return new Socket(`wss://${host}:${route.port}${path}`, { ...route.tls, handshakeTimeout });
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, done);
    function done(): void {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
