import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import type { InstallOptions } from '../install/install-service.ts';
import { noWords } from '../words.ts';

/** `ccci install`. */
export const install = defineCommand<InstallOptions>({
  summary: 'make the controller a service of this host',
  usage: ['install [--system --run-as USER | --user] [--manifests DIR...] [--dry-run]'],
  details: `
Writes a systemd unit that runs the controller after every boot, and /etc/ccci/config.yaml, which makes every
shell use the state directory of the service; then enables and starts it. --user writes a unit of your own
that lingers after you log out, and no file in /etc. On NixOS it prints a module and changes nothing.
A restart or an upgrade of the controller leaves tmux and the agents as they are. See docs/operations.md.`,
  flags: {
    system: { help: 'a unit of the system; so when root asks' },
    user: { help: 'a unit of your own; so when anybody else asks' },
    'run-as': { value: 'USER', help: 'Unix user of the controller and its agents (with --system); who called sudo' },
    manifests: { value: 'DIR', multiple: true, help: 'what the service applies and follows' },
    workdir: { value: 'DIR', help: 'folder that plans and references are relative to; where you are when not given' },
    'reboot-log': { value: 'FILE', help: 'Markdown log of reboots; REBOOTS.md in the state directory when not given' },
    'no-start': { help: 'only write the files' },
    'dry-run': { help: 'show what would be written and run' },
  },
  examples: [
    { does: 'see it first', line: 'install --system --run-as ana --manifests /srv/crew --dry-run' },
    { does: 'as a service of the system', line: 'install --system --run-as ana --manifests /srv/crew' },
    { does: 'without root', line: 'install --user --manifests crew' },
  ],
  options(parsed) {
    noWords(parsed, 'install');
    if (parsed.has('system') && parsed.has('user')) throw usageError('--system and --user can not be used together');
    const scope = parsed.has('system') ? 'system' : parsed.has('user') ? 'user' : undefined;
    if (scope === 'user' && parsed.has('run-as')) throw usageError('--run-as goes with --system');
    if (parsed.list('manifests').includes('-')) throw usageError('--manifests must be files or folders');
    return {
      scope,
      runAs: parsed.text('run-as'),
      stateDir: parsed.text('state-dir'),
      manifests: parsed.list('manifests'),
      workdir: parsed.text('workdir'),
      rebootLog: parsed.text('reboot-log'),
      starts: !parsed.has('no-start'),
      dryRun: parsed.has('dry-run'),
    };
  },
  async run(options, context) {
    const { installService } = await import('../install/install-service.ts');
    return installService(options, context);
  },
});
