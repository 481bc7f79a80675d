import type { Context } from './context.ts';
import type { ExitCode } from './exit-code.ts';
import type { Flags, Parsed } from './flags.ts';

/** An example for help: what it does, and the command line without `ccci`. */
export type Example = { readonly does: string; readonly line: string };

/** One command: what help says, how its command line is read, and what it does. Loading one loads nothing heavy. */
export type Command<Options> = {
  /** One line without a full stop. */
  readonly summary: string;
  /** Command lines without `ccci`, one per form. */
  readonly usage: readonly string[];
  /** Paragraphs under the usage. */
  readonly details?: string;
  readonly flags: Flags;
  /** What its words are, for the shell's completion. */
  readonly completes?: 'Kinds' | 'Objects' | 'Agents' | 'Logs' | 'Explain' | 'Commands' | 'Shells' | 'Folders';
  readonly examples: readonly Example[];
  /** Reads the command line only; throws a usage error. */
  options(parsed: Parsed): Options;
  /** Does the work. */
  run(options: Options, context: Context): Promise<ExitCode>;
};

/** Gives a command its type. */
export function defineCommand<Options>(command: Command<Options>): Command<Options> {
  return command;
}
