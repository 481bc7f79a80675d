import type { Clock } from '#drivers/clock/clock.ts';

/** What a heartbeat needs. */
export type HeartbeatOptions = {
  readonly clock: Pick<Clock, 'sleep'>;
  /** The time between two beats, in ms. */
  readonly periodMs: number;
  /** Goes through the loop that is to be shown alive; resolves when it did. A loop that hangs never resolves it. */
  readonly through: () => Promise<boolean>;
  /** Called once for each beat that came through; may not throw. */
  readonly tell: () => Promise<void>;
};

/** Beats until `signal`: each beat goes through the loop first and is told only then, so that a loop that hangs falls silent. */
export async function beat({ clock, periodMs, through, tell }: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if ((await through()) && !signal.aborted) await tell();
    await clock.sleep(periodMs);
  }
}
