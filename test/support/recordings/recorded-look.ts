import type { SpoolSignal } from '#drivers/signals/signals.ts';

/** One look at a program that was recorded: what was new since the look before. */
export type RecordedLook = {
  /** Since the recording began. */
  readonly atMs: number;
  /** Events that were new. Their times are since the beginning, too. */
  readonly events?: readonly SpoolSignal[];
  /** Slots and files that were new, by name. */
  readonly latest?: Readonly<Record<string, SpoolSignal>>;
  /** The screen, when it was another one. */
  readonly screen?: string;
  /** Live descendants of the program, by their number, when that was another one. */
  readonly descendants?: number;
};

/** What a recording is of: its first line. */
export type RecordingHead = {
  readonly title: string;
  readonly version: string;
  readonly pid: number;
  readonly startTime: number;
  /** Names of the states, in the order in which they are passed through; others may come between. */
  readonly passes: readonly string[];
  /** Wall time at which it began. */
  readonly beganMs: number;
};
