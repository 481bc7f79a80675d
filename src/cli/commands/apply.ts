import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { durationOption } from '../duration-option.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { outputFlag } from '../flags.ts';
import { manifestOptions, MANIFEST_FLAGS, type ManifestOptions } from '../manifest-flags.ts';
import { outputOf } from '../output.ts';

const FORMS = ['text', 'name', 'json', 'yaml'] as const;

/** The options of `ccci apply`. */
export type ApplyOptions = ManifestOptions & {
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly output: (typeof FORMS)[number];
};

/** `ccci apply`. */
export const apply = defineCommand<ApplyOptions>({
  summary: 'check manifests, then store them',
  usage: ['apply -f PATH... [-R] [--prune] [--dry-run] [--wait [--timeout 5m]] [-o name|json|yaml]'],
  details: `
All manifests are checked first, together with what is stored; nothing is stored when anything is wrong.
Each object is told as created, configured, unchanged or pruned. Only fields that apply set before are
changed or removed: what a person ordered (suspend, stop) stays.`,
  flags: {
    ...MANIFEST_FLAGS,
    prune: { help: 'delete objects that were applied before and are in no manifest any more' },
    'dry-run': { help: 'tell what would be stored, and store nothing' },
    wait: { help: 'wait until everything that was applied is as it should be' },
    timeout: { value: 'DURATION', help: 'how long to wait; 5m when not given' },
    output: outputFlag(FORMS, 'text'),
  },
  examples: [
    { does: 'store all manifests in a folder', line: 'apply -f manifests/' },
    { does: 'see what would be stored', line: 'apply -f manifests/ --dry-run' },
    { does: 'from another program', line: 'apply -f - < agents.yaml' },
    { does: 'and remove what is in no manifest any more, then wait', line: 'apply -f manifests/ -R --prune --wait' },
  ],
  options(parsed) {
    const manifests = manifestOptions(parsed);
    if (manifests.paths.length === 0) throw usageError('no manifest was named', 'name one with -f PATH');
    return {
      ...manifests,
      prune: parsed.has('prune'),
      dryRun: parsed.has('dry-run'),
      wait: parsed.has('wait'),
      timeoutMs: durationOption(parsed, 'timeout', 300_000),
      output: outputOf(parsed, FORMS),
    };
  },
  run: runApply,
});

async function runApply(options: ApplyOptions, context: Context): Promise<ExitCode> {
  const { terminal, cwd, readStdin } = context;
  if (!options.dryRun) await (await import('../give-order.ts')).refuseAgents(context);
  const [{ prepareApply }, { storeChanges }, { failOnMistakes }, { pokeController }, { renderApplied }] =
    await Promise.all([
      import('../apply-set.ts'),
      import('../store-set.ts'),
      import('../fail-on-mistakes.ts'),
      import('../ask-controller.ts'),
      import('../render-applied.ts'),
    ]);
  const store = await context.openStore();
  const { paths, recursive, prune } = options;
  const set = await prepareApply({ paths, prune, options: { cwd, recursive, readStdin } }, store);
  if ('mistakes' in set) throw failOnMistakes(set.mistakes, terminal);
  const done = options.dryRun ? set.changes : await storeChanges(set.changes, store);
  terminal.out(await renderApplied(done, store, options));
  if (options.dryRun) return EXIT.ok;
  await pokeController(
    context,
    done.filter(({ outcome }) => outcome !== 'unchanged').map(({ key }) => key),
  );
  if (!options.wait) return EXIT.ok;
  const { waitSettled } = await import('../wait-settled.ts');
  return waitSettled(
    done.filter(({ outcome }) => outcome !== 'pruned').map(({ key }) => key),
    options.timeoutMs,
    context,
  );
}
