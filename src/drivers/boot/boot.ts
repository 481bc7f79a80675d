import type { Fact } from '#api/fact.ts';

/** One boot of the host. */
export type Boot = {
  /** Given by the kernel, another one with every boot: /proc/sys/kernel/random/boot_id of random(4). */
  readonly id: string;
  /** How long ago it began, in ms, time in suspend included. */
  readonly uptimeMs: number;
};

/** Tells which boot of the host this is. */
export interface BootReader {
  /** Absent where the kernel has no such identity. */
  read(): Promise<Fact<Boot>>;
}
