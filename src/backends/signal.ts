/** One thing that an agent CLI said about itself through a channel of its own: a hook, a notification, a file that it keeps. */
export type Signal = {
  /** The CLI's own word for it, such as `Stop`; for a slot its name. */
  readonly event: string;
  /** Wall time at which it was written, epoch ms. */
  readonly atMs: number;
  /** What came with it; undefined when it was cut or is not JSON: then only the event itself is known. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
};

/**
 * Everything that the channels of one incarnation have said and that is still kept. The log is bounded: a reading may
 * rest on what is there, never on what is missing.
 */
export type SignalLog = {
  /** Turns, dialogs, errors, compactions: oldest first, the newest few hundred. */
  readonly events: readonly Signal[];
  /** The newest word on what changes often (`tool`, `statusLine`, ...) and files that the CLI keeps (`process`, `transcript`, ...), by slot. */
  readonly latest: Readonly<Record<string, Signal>>;
};

/** True when some channel has spoken. */
export function hasSpoken(log: SignalLog): boolean {
  return log.events.length > 0 || Object.keys(log.latest).length > 0;
}

/** A log in which nothing was said: a channel that is silent proves nothing. */
export const NO_SIGNALS: SignalLog = { events: [], latest: {} };
