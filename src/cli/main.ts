import process from 'node:process';

import type { Command } from './command.ts';
import { COMMANDS } from './command-table.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { GLOBAL_FLAGS, parseFlags, type Parsed } from './flags.ts';
import { createPaint } from './paint.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Finds the command word: the first that is neither an option nor the value of a global one. */
function splitCommand(argv: readonly string[]): { name: string | undefined; rest: readonly string[] } {
  const withValue = Object.entries(GLOBAL_FLAGS).flatMap(([name, flag]) => ('value' in flag ? [`--${name}`] : []));
  let index = 0;
  while (index < argv.length && argv[index]?.startsWith('-') === true)
    index += withValue.includes(argv[index] ?? '') ? 2 : 1;
  return { name: argv[index], rest: argv.filter((_, at) => at !== index) };
}

async function main(argv: readonly string[]): Promise<ExitCode> {
  const { name, rest } = splitCommand(argv);
  const asksVersion = name === undefined && rest.includes('--version');
  const wanted = asksVersion ? 'version' : name;
  const terminal = terminalFor(argv);
  if (wanted === undefined || wanted === 'help') return help(rest, terminal);
  const entry = Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
  if (entry === undefined) throw await unknownCommand(wanted);
  const command = await entry.load();
  const parsed = parseFlags(asksVersion ? [] : rest, { ...GLOBAL_FLAGS, ...command.flags });
  if (parsed.has('help')) return helpOn(wanted, terminal);
  return execute(command, parsed, terminal);
}

function terminalFor(argv: readonly string[]): Terminal {
  return createTerminal(process, process.env, argv.includes('--no-color'));
}

async function execute(command: Command<unknown>, parsed: Parsed, terminal: Terminal): Promise<ExitCode> {
  const options = command.options(parsed);
  const { createContext } = await import('./create-context.ts');
  const { context, close } = await createContext(parsed, terminal);
  try {
    return await command.run(options, context satisfies Context);
  } finally {
    await close();
  }
}

async function help(rest: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { words } = parseFlags(rest, GLOBAL_FLAGS);
  const [name] = words;
  if (name !== undefined) return helpOn(name, terminal);
  const { renderOverview } = await import('./render-help.ts');
  terminal.out(await renderOverview(createPaint(terminal.color)));
  return EXIT.ok;
}

async function helpOn(name: string, terminal: Terminal): Promise<ExitCode> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) throw await unknownCommand(name);
  const { renderCommandHelp } = await import('./render-help.ts');
  terminal.out(renderCommandHelp(name, await entry.load(), createPaint(terminal.color)));
  return EXIT.ok;
}

async function unknownCommand(name: string): Promise<Error> {
  const { didYouMean } = await import('#api/suggest.ts');
  const { usageError } = await import('./cli-error.ts');
  const names = Object.keys(COMMANDS).filter((one) => COMMANDS[one]?.group !== 'Hidden');
  return usageError(`there is no command ${JSON.stringify(name)}`, didYouMean(name, names) ?? 'run "ccci help"');
}

/** Ends the process once everything that was written has left it. */
function exit(code: number): void {
  process.stderr.write('', () => process.stdout.write('', () => process.exit(code)));
}

// A reader that goes away (`ccci get | head`) is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed);
  });

main(process.argv.slice(2)).then(exit, async (error: unknown) => {
  const { exitCodeOf, renderError } = await import('./report-error.ts');
  process.stderr.write(renderError(error, process.env['CCCI_DEBUG'] === '1'));
  exit(exitCodeOf(error));
});
