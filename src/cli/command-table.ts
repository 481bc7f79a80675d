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
  delete: { group: 'Desired state', load: async () => (await import('./commands/delete.ts')).deleteCommand },
  status: { group: 'Look', load: async () => (await import('./commands/status.ts')).status },
  get: { group: 'Look', load: async () => (await import('./commands/get.ts')).get },
  describe: { group: 'Look', load: async () => (await import('./commands/describe.ts')).describe },
  events: { group: 'Look', load: async () => (await import('./commands/events.ts')).events },
  timeline: { group: 'Look', load: async () => (await import('./commands/timeline.ts')).timeline },
  explain: { group: 'Look', load: async () => (await import('./commands/explain.ts')).explain },
  wait: { group: 'Look', load: async () => (await import('./commands/wait.ts')).wait },
  logs: { group: 'Agents', load: async () => (await import('./commands/logs.ts')).logs },
  attach: { group: 'Agents', load: async () => (await import('./commands/attach.ts')).attach },
  ping: { group: 'Agents', load: async () => (await import('./commands/ping.ts')).ping },
  restart: { group: 'Agents', load: async () => (await import('./commands/restart.ts')).restart },
  notify: { group: 'Steering', load: async () => (await import('./commands/notify.ts')).notify },
  start: { group: 'Steering', load: async () => (await import('./commands/start.ts')).start },
  stop: { group: 'Steering', load: async () => (await import('./commands/stop.ts')).stop },
  suspend: { group: 'Steering', load: async () => (await import('./commands/suspend.ts')).suspend },
  resume: { group: 'Steering', load: async () => (await import('./commands/resume.ts')).resume },
  gate: { group: 'Steering', load: async () => (await import('./commands/gate.ts')).gate },
  vm: { group: 'Steering', load: async () => (await import('./commands/vm.ts')).vm },
  approve: { group: 'Steering', load: async () => (await import('./commands/approve.ts')).approve },
  phase: { group: 'Steering', load: async () => (await import('./commands/phase.ts')).phase },
  reconcile: { group: 'Steering', load: async () => (await import('./commands/reconcile.ts')).reconcile },
  init: { group: 'Set-up', load: async () => (await import('./commands/init.ts')).init },
  doctor: { group: 'Set-up', load: async () => (await import('./commands/doctor.ts')).doctor },
  install: { group: 'Set-up', load: async () => (await import('./commands/install.ts')).install },
  uninstall: { group: 'Set-up', load: async () => (await import('./commands/uninstall.ts')).uninstall },
  crds: { group: 'Set-up', load: async () => (await import('./commands/crds.ts')).crds },
  completion: { group: 'Set-up', load: async () => (await import('./commands/completion.ts')).completion },
  version: { group: 'Set-up', load: async () => (await import('./commands/version.ts')).version },
  __complete: { group: 'Hidden', load: async () => (await import('./commands/complete.ts')).complete },
};
