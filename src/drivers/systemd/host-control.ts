import type { Fact } from '#api/fact.ts';

/** How a program of the host ended. */
export type HostAnswer = { readonly code: number; readonly out: string; readonly err: string };

/** The service manager of this host and its users, as `install` needs it. */
export interface HostControl {
  /** Known when systemd is the service manager of this host; absent when another is, or none (as in most containers). */
  systemd(): Promise<Fact<true>>;
  /** True on NixOS, where units are declared and not written. */
  isNixOs(): boolean;
  /** Runs systemctl or loginctl to its end. Throws when it can not be started. */
  run(argv: readonly [string, ...string[]]): Promise<HostAnswer>;
}
