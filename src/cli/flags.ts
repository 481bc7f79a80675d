import { parseArgs } from 'node:util';

import { didYouMean } from '#api/suggest.ts';

import { usageError } from './cli-error.ts';

/** One option of a command. Without `value` it is a switch; with it, that is the word that help shows for its value. */
export type Flag = {
  readonly short?: string;
  readonly value?: string;
  readonly multiple?: boolean;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  readonly help: string;
  /** Understood, but not shown. */
  readonly hidden?: boolean;
};

/** The options of a command, by long name without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** A command line after parsing: words that are no options, and the options. */
export type Parsed = {
  readonly words: readonly string[];
  /** True when the switch is there. */
  has(name: string): boolean;
  /** The value of an option that was given last. */
  text(name: string): string | undefined;
  /** All values of an option, in their order. */
  list(name: string): readonly string[];
};

/** Options that every command takes. */
export const GLOBAL_FLAGS = {
  'state-dir': { value: 'DIR', help: 'where objects and their state are kept (CCCI_STATE_DIR)' },
  'tmux-socket': { value: 'PATH', help: "socket of the tmux server (CCCI_TMUX_SOCKET); without it tmux's own" },
  'log-level': {
    value: 'LEVEL',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    help: 'how much is logged',
  },
  'no-color': { help: 'no colours, also with NO_COLOR' },
  help: { short: 'h', help: 'show this help' },
} as const satisfies Flags;

/** The option that chooses between forms of output. */
export function outputFlag(choices: readonly string[], preset: string): Flag {
  return { short: 'o', value: 'FORMAT', help: `${choices.join(', ')}; ${preset} when not given` };
}

/** Parses a command line. Throws a usage error for an unknown option, a missing value, or a value that is not allowed. */
export function parseFlags(argv: readonly string[], flags: Flags): Parsed {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true as const,
        ...(short && { short }),
      },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) if (token.kind === 'option') checkToken(token, flags);
  const texts = new Map(
    Object.entries(values).map(([name, given]) => [name, [given].flat().map((one) => clean(String(one)))]),
  );
  for (const [name, given] of texts) for (const value of given) checkChoice(name, value, flags);
  return {
    words: positionals,
    has: (name) => texts.has(name),
    text: (name) => texts.get(name)?.at(-1),
    list: (name) => texts.get(name) ?? [],
  };
}

type OptionToken = { readonly name: string; readonly rawName: string; readonly value?: string | undefined };

function checkToken({ name, rawName, value }: OptionToken, flags: Flags): void {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined) throw unknownOption(rawName, flags);
  if (flag.value === undefined && value !== undefined)
    throw usageError(`option ${rawName} takes no value, but was given ${JSON.stringify(value)}`);
  if (flag.value !== undefined && value === undefined)
    throw usageError(`option ${rawName} needs a value: ${rawName} ${flag.value}`);
}

function unknownOption(rawName: string, flags: Flags): Error {
  const known = Object.entries(flags).filter(([, { hidden }]) => hidden !== true);
  const meant = rawName.startsWith('--')
    ? didYouMean(
        rawName,
        known.map(([name]) => `--${name}`),
      )
    : undefined;
  return usageError(`unknown option ${rawName}`, meant ?? 'add --help to see the options of this command');
}

function checkChoice(name: string, value: string, flags: Flags): void {
  const { choices } = flags[name] ?? {};
  if (choices === undefined || choices.includes(value)) return;
  const meant = didYouMean(value, choices);
  throw usageError(`option --${name} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}`, meant);
}

// `-o=json` means the same as `-o json`.
function clean(value: string): string {
  return value.startsWith('=') ? value.slice(1) : value;
}
