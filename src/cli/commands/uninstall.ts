import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import type { UninstallOptions } from '../install/uninstall-service.ts';
import { noWords } from '../words.ts';

/** `ccci uninstall`. */
export const uninstall = defineCommand<UninstallOptions>({
  summary: 'take the service from this host',
  usage: ['uninstall [--system | --user] [--dry-run]'],
  details: `
Stops and disables the service and removes what "ccci install" wrote: the unit, /etc/ccci/config.yaml, and lingering
when install switched it on. Agents are left running: "ccci stop" before it ends them. The state directory
is kept, with its history and the log of reboots: its path is printed, remove it when nobody needs it.`,
  flags: {
    system: { help: 'the unit of the system; so when root asks' },
    user: { help: 'your own unit; so when anybody else asks' },
    'dry-run': { help: 'show what would be removed and run' },
  },
  examples: [
    { does: 'end the agents, then take the service away', line: 'stop && ccci uninstall --system' },
    { does: 'see it first', line: 'uninstall --user --dry-run' },
  ],
  options(parsed) {
    noWords(parsed, 'uninstall');
    if (parsed.has('system') && parsed.has('user')) throw usageError('--system and --user can not be used together');
    return {
      scope: parsed.has('system') ? 'system' : parsed.has('user') ? 'user' : undefined,
      dryRun: parsed.has('dry-run'),
    };
  },
  async run(options, context) {
    const { uninstallService } = await import('../install/uninstall-service.ts');
    return uninstallService(options, context);
  },
});
