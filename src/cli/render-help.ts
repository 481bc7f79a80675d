import { COMMANDS, GROUPS } from './command-table.ts';
import type { Command } from './command.ts';
import { GLOBAL_FLAGS, type Flag, type Flags } from './flags.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './render-table.ts';

/** Help on all commands, grouped. */
export async function renderOverview(paint: Paint): Promise<string> {
  const loaded = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { group, load }]) => ({ name, group, summary: (await load()).summary })),
  );
  const width = Math.max(...loaded.map(({ name }) => name.length));
  const groups = GROUPS.map((group) => {
    const rows = loaded.filter((one) => one.group === group);
    return `${paint.bold(group)}\n${renderTable(
      rows.map(({ name, summary }) => [name.padEnd(width), summary]),
      '  ',
    )}`;
  });
  return [
    'ccci keeps a crew of autonomous coding agents as manifests describe it.\n',
    `${paint.bold('Usage')}\n  ccci COMMAND [options]\n  ccci help COMMAND\n`,
    ...groups,
    `${paint.bold('Options of every command')}\n${renderFlags(GLOBAL_FLAGS)}`,
    `${paint.bold('First steps')}\n${renderTable(
      [
        ['ccci init crew', 'writes a small set of manifests to start from'],
        ['ccci diff -f crew', 'shows what would happen'],
        ['ccci run --manifests crew', 'makes it so, and keeps it so'],
        ['ccci status', 'shows the crew on one screen'],
      ],
      '  ',
    )}`,
  ].join('\n');
}

/** Help on one command. */
export function renderCommandHelp(name: string, command: Command<unknown>, paint: Paint): string {
  const { summary, usage, details, flags, examples } = command;
  const parts = [
    `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.\n`,
    `${paint.bold('Usage')}\n${usage.map((line) => `  ccci ${line}\n`).join('')}`,
    ...(details === undefined ? [] : [`${details.trim()}\n`]),
    ...(Object.keys(flags).length === 0 ? [] : [`${paint.bold('Options')}\n${renderFlags(flags)}`]),
    `${paint.bold('Options of every command')}\n${renderFlags(GLOBAL_FLAGS)}`,
    `${paint.bold('Examples')}\n${examples.map(({ does, line }) => `  # ${does}\n  ccci ${line}\n`).join('')}`,
  ];
  return parts.join('\n');
}

function renderFlags(flags: Flags): string {
  const shown = Object.entries(flags).filter(([, { hidden }]) => hidden !== true);
  return renderTable(
    shown.map(([name, flag]) => [flagName(name, flag), flagHelp(flag)]),
    '  ',
  );
}

function flagName(name: string, { short, value }: Flag): string {
  const names = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  return value === undefined ? names : `${names} ${value}`;
}

function flagHelp({ help, choices, multiple }: Flag): string {
  const words = choices === undefined ? help : `${help}: ${choices.join(', ')}`;
  return multiple === true ? `${words} (repeatable)` : words;
}
