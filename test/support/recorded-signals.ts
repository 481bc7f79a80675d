import { readFileSync } from 'node:fs';

import type { Signal, SignalLog } from '#backends/signal.ts';

type Line = Readonly<Record<string, unknown>>;

/** What one real session said through its channels; `rollout` and `chat` are files that the program kept. */
export type RecordedSession = {
  readonly version: string;
  readonly events: readonly Signal[];
  readonly slots: readonly Signal[];
  readonly rollout?: readonly (Line & { readonly timestamp: string })[];
  readonly chat?: readonly Line[];
};

/** A session that was recorded with the real program. */
export function readSession(name: string): RecordedSession {
  const path = new URL(`../fixtures/signals/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as RecordedSession;
}

/** Everything that had been said at this moment, epoch ms. */
export function logAt(session: RecordedSession, atMs: number): SignalLog {
  const isSaid = (signal: Signal) => signal.atMs <= atMs;
  const lines = (session.rollout ?? []).filter(({ timestamp }) => Date.parse(timestamp) <= atMs);
  const chat = (session.chat ?? []).filter(({ timestamp, startTime = timestamp }) => {
    return typeof startTime === 'string' && Date.parse(startTime) <= atMs;
  });
  const kept = Date.parse(lines.at(-1)?.timestamp ?? '');
  const slots = session.slots.filter(isSaid).map((signal) => [signal.event, signal] as const);
  return {
    events: session.events.filter(isSaid),
    latest: {
      ...Object.fromEntries(slots),
      ...(lines.length === 0 ? {} : { rollout: { event: 'rollout', atMs: kept, payload: { lines, bytes: 1 } } }),
      ...(chat.length === 0 ? {} : { chat: { event: 'chat', atMs, payload: { lines: chat, bytes: 1 } } }),
    },
  };
}
