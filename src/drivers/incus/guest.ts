import type { Fact } from '#api/fact.ts';

import type { BackupStore } from './backup.ts';
import type { InstanceTarget } from './incus.ts';

/** A file in an instance, as its server shows it. */
export type GuestFile = {
  /** Octal with its leading zero, as `0600`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly bytes: Buffer;
};

/** A file that is to be in an instance. */
export type GuestFileRequest = GuestFile & { readonly path: string };

/** A program to run in an instance. It runs on when nobody waits; what becomes of it stands in files below `folder` of the guest. */
export type GuestCommand = {
  /** Absolute folder in the guest, owned by ccci: `output` and `exit` are written there. */
  readonly folder: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds after which the program is ended, where the guest has `timeout`. */
  readonly timeoutS: number;
};

/** Looks into instances. `unknown` when the guest can not be looked into now (a virtual machine whose agent does not answer). */
export interface GuestReader {
  /** A regular file of at most 1 MiB; absent when the instance is there and the file is not. */
  file(target: InstanceTarget, path: string): Promise<Fact<GuestFile>>;
}

/** Changes what is in instances. Throws IncusError. */
export interface GuestWriter {
  /** Puts the whole file there at once: a reader sees the old content or the new one. Missing folders are made, for root alone to write. */
  putFile(target: InstanceTarget, file: GuestFileRequest): Promise<void>;
  /** Begins the program and answers the id of the server's operation. */
  run(target: InstanceTarget, command: GuestCommand): Promise<string>;
}

/** What one server lets be done with the inside and the disks of its instances. */
export type MachineAccess = {
  readonly guest: { readonly reader: GuestReader; readonly writer: GuestWriter };
  readonly backups: BackupStore;
};
