import type { Command } from './command.ts';

/** Headings of the commands in help, in their order. */
export const GROUPS = ['Desired state', 'Look', 'Agents', 'Steering', 'Set-up'] as const;

/** A command by name: its heading, and how to load it. */
export type CommandEntry = {
  readonly group: (typeof GROUPS)[number] | 'Hidden';
  readonly load: () => Promise<Command<unknown>>;
};

/** Every command; each file is loaded only when it is used. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  apply: { group: 'Desired state', load: async () => (await import('./commands/apply.ts')).apply },
  diff: { group: 'Desired state', load: async () => (await import('./commands/diff.ts')).diff },
  run: { group: 'Desired state', load: async () => (await import('./commands/run.ts')).run },
  get: { group: 'Look', load: async () => (await import('./commands/get.ts')).get },
  status: { group: 'Look', load: async () => (await import('./commands/status.ts')).status },
  version: { group: 'Set-up', load: async () => (await import('./commands/version.ts')).version },
};
