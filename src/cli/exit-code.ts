/** Every exit code that ccci has. */
export const EXIT = {
  ok: 0,
  /** Something failed; for `diff`: there are differences or actions to take. */
  failed: 1,
  /** Wrong usage, or an invalid manifest. */
  usage: 2,
  /** Waited for something that did not come in time. */
  timedOut: 3,
  /** Something could not be observed, so nothing may be concluded. */
  unknown: 4,
} as const satisfies Readonly<Record<string, number>>;

/** How a command ended, for the shell. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
