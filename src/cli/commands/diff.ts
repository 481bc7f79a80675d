import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { Difference } from '../difference.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { outputFlag } from '../flags.ts';
import { manifestOptions, MANIFEST_FLAGS } from '../manifest-flags.ts';
import { outputOf } from '../output.ts';
import { createPaint } from '../paint.ts';
import { printable } from '../printable.ts';
import type { DiffOptions } from '../find-difference.ts';

const FORMS = ['text', 'json', 'patch'] as const;

/** `ccci diff`. */
export const diff = defineCommand<DiffOptions>({
  summary: 'show what would change in the store and in the live world',
  usage: ['diff [-f PATH...] [-R] [--prune] [--waiting] [-o text|json|patch]'],
  details: `
First what apply would store (with -f), then what the controller would do, each act with its reason and
with what it disturbs: live, restart session, stop session, restart VM, recreate VM: wipes disk.
Exit code 0: nothing, and nothing is printed. 1: differences or actions. 2: wrong usage or an invalid
manifest. 4: something could not be observed, so nothing is concluded about it; stderr tells what.
Waiting alone is no difference; --waiting lists it.

-o json has the fields store (key, outcome, fields with path, before, after), actions (key, type, what,
reason, message, blast), waiting (key, reason, message, needsPerson, until), unknown (key, message) and
refused. -o patch has a JSON patch (RFC 6902) for each stored object that would change.`,
  flags: {
    ...MANIFEST_FLAGS,
    prune: { help: 'with what "apply --prune" would delete' },
    waiting: { help: 'also list what is waited for' },
    output: outputFlag(FORMS, 'text'),
  },
  examples: [
    { does: 'what the controller would do now', line: 'diff' },
    { does: 'what an edit would do before it is applied', line: 'diff -f manifests/' },
    { does: 'what everything waits for', line: 'diff --waiting' },
    { does: 'for a script', line: 'diff -f manifests/ -o json' },
  ],
  options(parsed) {
    return {
      ...manifestOptions(parsed),
      prune: parsed.has('prune'),
      waiting: parsed.has('waiting'),
      output: outputOf(parsed, FORMS),
    };
  },
  run: runDiff,
});

async function runDiff(options: DiffOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const [{ findDifference }, { isConverged }] = await Promise.all([
    import('../find-difference.ts'),
    import('../difference.ts'),
  ]);
  const difference = await findDifference(options, context);
  terminal.out(await render(options, difference, context));
  for (const [key, message] of Object.entries(difference.unknown))
    terminal.err(`unknown: ${printable(`${key}: ${message}`)}\n`);
  if (Object.keys(difference.unknown).length > 0) return EXIT.unknown;
  return isConverged(difference) ? EXIT.ok : EXIT.failed;
}

async function render(
  { output, waiting }: DiffOptions,
  difference: Difference,
  { terminal }: Context,
): Promise<string> {
  if (output === 'text') {
    const { renderDifference } = await import('../render-difference.ts');
    return renderDifference(difference, waiting, createPaint(terminal.color));
  }
  const { encodeDifference, encodePatches } = await import('../encode-difference.ts');
  const value = output === 'json' ? encodeDifference(difference) : encodePatches(difference.store);
  return `${JSON.stringify(value, null, 2)}\n`;
}
