import type { Fact } from '#api/fact.ts';

import type { InstanceTarget } from './incus.ts';

/** A backup of an instance in a file of the controller: which one, and whether it can be trusted. */
export type BackupView = {
  /** `Writing` while it comes in, `Done` when it is on disk and was read back whole, `Failed` with why. */
  readonly state: 'Writing' | 'Done' | 'Failed';
  readonly bytes: number;
  /** Of the whole file, hex; only when it is done. */
  readonly sha256?: string;
  readonly error?: string;
};

/** Names a backup: on the server by `name`, here by `path`. */
export type BackupTarget = InstanceTarget & { readonly backup: string; readonly path: string };

/** Keeps backups of instances as files of the controller. */
export interface BackupStore {
  /** The file at `path`; absent when it was never begun, or the controller died before it was whole. */
  look(path: string): Promise<Fact<BackupView>>;
  /** Begins to fetch the server's backup into the file. Safe to repeat; ends by itself. */
  fetch(target: BackupTarget): Promise<void>;
}
