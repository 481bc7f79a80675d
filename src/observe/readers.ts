import type { BootReader } from '#drivers/boot/boot.ts';
import type { Now } from '#drivers/clock/clock.ts';
import type { EvidenceReader } from '#drivers/evidence/evidence.ts';
import type { Files } from '#drivers/files/files.ts';
import type { GitReader } from '#drivers/git/git.ts';
import type { BackupStore } from '#drivers/incus/backup.ts';
import type { GuestReader } from '#drivers/incus/guest.ts';
import type { IncusReader } from '#drivers/incus/incus.ts';
import type { Prober } from '#drivers/probe/probe.ts';
import type { ProcessReader } from '#drivers/process/process.ts';
import type { SignalReader } from '#drivers/signals/signals.ts';
import type { TmuxReader } from '#drivers/tmux/tmux.ts';
import type { StoredEvent } from '#store/store.ts';

import type { ActivityTracker } from './activity.ts';
import type { ObjectSet } from './object-set.ts';
import type { RepositoryHints } from './repository-hints.ts';
import type { Rig } from './rig.ts';

/** What observing may see of the inside and the disks of machines. */
export type MachineSight = { readonly guest: GuestReader; readonly backups: Pick<BackupStore, 'look'> };

/** Everything that observing may look at. Nothing here changes anything. */
export type Readers = {
  readonly rig: Rig;
  readonly tmux: TmuxReader;
  readonly processes: ProcessReader;
  readonly git: GitReader;
  readonly evidence: EvidenceReader;
  readonly boot: BootReader;
  readonly files: Pick<Files, 'list' | 'readText'>;
  readonly prober: Prober;
  /** The reader for the server of one VirtualMachine object. */
  readonly incusOf: (vmKey: string) => Promise<IncusReader>;
  /** The inside and the disks of the machines on the same server, for looking only. */
  readonly machineOf: (vmKey: string) => Promise<MachineSight>;
  readonly signals: SignalReader;
  readonly activity: ActivityTracker;
  readonly hints: RepositoryHints;
  /** Events that are kept, newest last. Throws StorageError. */
  readonly events: () => Promise<readonly StoredEvent[]>;
  readonly now: () => Now;
  /** Short hash of a text, hex. */
  readonly hash: (text: string) => string;
  /** Text of the prompt as it was applied, for when its file can not be read. */
  readonly appliedPrompt: (agentKey: string) => string | undefined;
};

/** One look at one object, with the other objects of that moment. */
export type Look = { readonly readers: Readers; readonly objects: ObjectSet };
