import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import { noWords } from '../words.ts';
import type { RunOptions } from '../serve.ts';

/** `ccci run`. */
export const run = defineCommand<RunOptions>({
  summary: 'run the controller',
  usage: ['run [--manifests DIR...] [-R] [--prune]', 'run --once | --until-complete [--manifests DIR...]'],
  details: `
Keeps the live world as the stored objects say: starts, adopts, heals and stops agents, hands claims and
verdicts over, moves phases on. It logs to stderr and to controller.log in the state directory.
With --manifests it follows edits; an invalid edit leaves the last good state in force.
SIGTERM or SIGINT ends it and leaves all agents running; the next run adopts them.
--once: exit code 0 when everything is as it should be, at rest as somebody wants it, or in the hands
of the agents (an open phase or gate); 1 when not.`,
  flags: {
    once: { help: 'do what there is to do, then end' },
    'until-complete': { help: 'end when every sequence is complete and its agents are stopped' },
    manifests: { value: 'DIR', multiple: true, help: 'apply these manifests and follow their edits' },
    recursive: { short: 'R', help: 'look into the folders in folders, too' },
    prune: { help: 'delete what an earlier run applied and is in no manifest any more' },
    'webhook-listen': {
      value: 'HOST:PORT',
      help: "take the git server's requests at /webhook/REPOSITORY there (CCCI_WEBHOOK_LISTEN); see docs/repositories.md",
    },
    'health-listen': {
      value: '[HOST:]PORT',
      help: 'answer /healthz and /readyz there, on 127.0.0.1 without a host (CCCI_HEALTH_LISTEN); see docs/notifications.md',
    },
    timeout: { value: 'DURATION', help: 'the bound of --once; 2m when not given' },
    git: { value: 'URL', hidden: true, help: 'follow manifests in a repository' },
    branch: { value: 'BRANCH', hidden: true, help: 'its branch' },
    path: { value: 'PATH', hidden: true, help: 'the folder in it' },
  },
  examples: [
    { does: 'keep the crew as the stored objects say', line: 'run' },
    { does: 'apply a folder of manifests and follow its edits', line: 'run --manifests manifests/' },
    { does: 'bring everything into shape once, for a script', line: 'run --once --manifests manifests/' },
    { does: 'hear of a push at once, from a git server elsewhere', line: 'run --webhook-listen 127.0.0.1:8901' },
    { does: 'work until all phases are done', line: 'run --until-complete --manifests manifests/' },
  ],
  options(parsed) {
    noWords(parsed, 'run');
    const git = ['git', 'branch', 'path'].find((name) => parsed.has(name));
    if (git !== undefined)
      throw usageError(`option --${git} is not supported in this version`, 'clone the repository and use --manifests');
    const once = parsed.has('once');
    const untilComplete = parsed.has('until-complete');
    if (once && untilComplete) throw usageError('--once and --until-complete can not be used together');
    const manifests = parsed.list('manifests');
    if (manifests.includes('-')) throw usageError('--manifests must be files or folders: standard input has no edits');
    if (parsed.has('prune') && manifests.length === 0) throw usageError('--prune needs --manifests');
    return {
      once,
      untilComplete,
      manifests,
      recursive: parsed.has('recursive'),
      prune: parsed.has('prune'),
      timeoutMs: durationOption(parsed, 'timeout', 120_000),
    };
  },
  async run(options, context) {
    const { serve } = await import('../serve.ts');
    return serve(options, context);
  },
});
