import type { Clock } from '../clock/clock.ts';
import type { BackupStore } from './backup.ts';
import type { GuestReader, GuestWriter } from './guest.ts';
import { createIncusApi } from './incus-api.ts';
import { createIncusReader, createIncusReads } from './incus-reader.ts';
import { createIncusWatcher } from './incus-watcher.ts';
import { createIncusWriter } from './incus-writer.ts';
import type { IncusReader, IncusServer, IncusWatcher, IncusWriter } from './incus.ts';
import { createBackups } from './real-backups.ts';
import { createGuest } from './real-guest.ts';
import { createTransport } from './transport.ts';

/** One server, as ccci uses it. */
export type Incus = {
  readonly reader: IncusReader;
  readonly writer: IncusWriter;
  readonly watcher: IncusWatcher;
  readonly guest: { readonly reader: GuestReader; readonly writer: GuestWriter };
  readonly backups: BackupStore;
  /** Closes the kept connections; watches end by their own signals. */
  close(): void;
};

/** What a driver needs from outside; limits in ms (3 s until connected, 10 s for a request when not given). */
export type IncusSettings = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
};

/** The driver for one Incus (or LXD) server. Nothing is opened or read before the first call. */
export function createIncus(server: IncusServer, settings: IncusSettings): Incus {
  const { clock, random, connectTimeoutMs = 3_000, requestTimeoutMs = 10_000 } = settings;
  const transport = createTransport(server, clock, { connectTimeoutMs, requestTimeoutMs });
  const api = createIncusApi(transport);
  const reads = createIncusReads(api);
  const guest = createGuest(transport, api, reads);
  return {
    guest,
    backups: createBackups(transport, api),
    reader: createIncusReader(api, reads),
    writer: createIncusWriter(api, reads),
    watcher: createIncusWatcher(transport, { clock, random }),
    close: () => transport.close(),
  };
}
