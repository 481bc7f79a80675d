import type { Store } from '#store/store.ts';

import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Who gives an order. */
export type Person = {
  readonly name: string;
  readonly uid: number;
  readonly pid: number;
  /** Path of the terminal, when there is one. */
  readonly terminal: string | undefined;
};

/** What a command gets from outside. */
export type Context = {
  readonly terminal: Terminal;
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly person: Person;
  /** The wall clock, epoch ms. */
  readonly now: () => number;
  /** The store of the state directory; opened with the first call, closed when the command is over. */
  readonly openStore: () => Promise<Store>;
  readonly readStdin: () => AsyncIterable<Uint8Array | string>;
  /** Calls back on the first request to end (SIGINT, SIGTERM); a second one ends at once. */
  readonly onInterrupt: (ended: () => void) => void;
};
