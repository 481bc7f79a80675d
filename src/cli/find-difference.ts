import type { Forecast } from '#controller/plan-everything.ts';

import { askController } from './ask-controller.ts';
import type { Context } from './context.ts';
import { differenceOf, type Difference } from './difference.ts';
import { isReadable } from './is-readable.ts';
import type { ManifestOptions } from './manifest-flags.ts';

/** The options of `ccci diff`. */
export type DiffOptions = ManifestOptions & {
  readonly prune: boolean;
  readonly waiting: boolean;
  readonly output: 'text' | 'json' | 'patch';
};

/**
 * What would be stored and done. Asks the running controller, which knows what has been quiet for how long; without one,
 * or when something would be stored, it observes by itself and says so.
 */
export async function findDifference(options: DiffOptions, context: Context): Promise<Difference> {
  // The controller plans while the manifests are compared.
  const [answer, isEdited] = await Promise.all([
    askController(context, { ask: 'plan' }),
    options.paths.length > 0 && isEditedSince(options, context),
  ]);
  if (isEdited) return withManifests(options, context);
  if (answer.state === 'known') {
    const planned: unknown = answer.value;
    return differenceOf([], planned as Forecast);
  }
  const why = answer.state === 'absent' ? 'no controller runs' : answer.message;
  context.terminal.err(
    `note: ${why}; this command observed by itself, and can not tell how long an agent has been idle\n`,
  );
  const { forecast } = await import('./forecast.ts');
  return differenceOf([], await forecast(context, []));
}

// Most often nothing was edited: that is told without loading what checks manifests.
async function isEditedSince({ paths, recursive, prune }: DiffOptions, context: Context): Promise<boolean> {
  if (prune) return true;
  const { saysWhatWasApplied } = await import('#load/says-what-was-applied.ts');
  const objects = (await (await context.openStore()).list()).filter(isReadable);
  const stored = new Map(
    objects.flatMap(({ apiVersion, kind, metadata, spec, texts, lastApplied }) => {
      if (metadata.deletionTimestamp !== undefined) return [];
      const { name, labels, annotations } = metadata;
      return [[`${kind}/${name}`, { apiVersion, kind, name, spec, labels, annotations, texts, lastApplied }] as const];
    }),
  );
  return !(await saysWhatWasApplied({ paths, recursive, cwd: context.cwd, stored }));
}

async function withManifests(options: DiffOptions, context: Context): Promise<Difference> {
  const [{ prepareApply }, { failOnMistakes }, { storeDiff }, { forecast }] = await Promise.all([
    import('./apply-set.ts'),
    import('./fail-on-mistakes.ts'),
    import('./store-diff.ts'),
    import('./forecast.ts'),
  ]);
  const { cwd, readStdin } = context;
  const { paths, recursive, prune } = options;
  const set = await prepareApply({ paths, prune, options: { cwd, recursive, readStdin } }, await context.openStore());
  if ('mistakes' in set) throw failOnMistakes(set.mistakes, context.terminal);
  return differenceOf(storeDiff(set.changes), await forecast(context, set.changes));
}
