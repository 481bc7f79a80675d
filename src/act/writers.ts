import type { Clock } from '#drivers/clock/clock.ts';
import type { EvidenceWriter } from '#drivers/evidence/evidence.ts';
import type { Files } from '#drivers/files/files.ts';
import type { GitReader, GitWriter } from '#drivers/git/git.ts';
import type { MachineAccess } from '#drivers/incus/guest.ts';
import type { IncusWriter } from '#drivers/incus/incus.ts';
import type { Notify } from '#drivers/notify/notify.ts';
import type { ProcessReader, ProcessWriter } from '#drivers/process/process.ts';
import type { TmuxReader, TmuxWriter } from '#drivers/tmux/tmux.ts';
import type { Store } from '#store/store.ts';

/** Everything that an action may use to change the world, and to see whether it did. */
export type Writers = {
  readonly tmux: { readonly reader: TmuxReader; readonly writer: TmuxWriter };
  readonly processes: { readonly reader: ProcessReader; readonly writer: ProcessWriter };
  readonly git: { readonly reader: GitReader; readonly writer: GitWriter };
  /** The writer for the server of one VirtualMachine. */
  readonly incusOf: (vmKey: string) => Promise<IncusWriter>;
  /** The inside and the disks of the machines on the same server. */
  readonly machineOf: (vmKey: string) => Promise<MachineAccess>;
  readonly files: Files;
  readonly evidence: EvidenceWriter;
  readonly notify: Notify;
  readonly store: Store;
  readonly clock: Clock;
};
