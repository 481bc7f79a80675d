import { CliError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { createPaint } from '../paint.ts';
import { oneWord } from '../words.ts';

/** The options of `ccci explain`. */
export type ExplainOptions = { readonly subject: string };

/** `ccci explain`. */
export const explain = defineCommand<ExplainOptions>({
  summary: 'explain a field, a reason, or what an object waits for',
  usage: ['explain KIND[.FIELD...]', 'explain REASON', 'explain KIND/NAME'],
  flags: {},
  completes: 'Explain',
  examples: [
    { does: 'the fields of a kind', line: 'explain agent.spec' },
    { does: 'one field', line: 'explain agent.spec.liveness.stallAfter' },
    { does: 'what a word in a condition means, and what to do', line: 'explain CrashLoopBackOff' },
    { does: 'what an agent waits for, and what happens next', line: 'explain agent/builder' },
  ],
  options(parsed) {
    return { subject: oneWord(parsed, 'a field, a reason or an object') };
  },
  async run({ subject }, context) {
    const { terminal } = context;
    const paint = createPaint(terminal.color);
    if (subject.includes('/')) {
      const { explainObject } = await import('../explain-object.ts');
      terminal.out(await explainObject(subject, paint, context));
      return EXIT.ok;
    }
    const [{ explain: lookUp }, { renderExplanation }] = await Promise.all([
      import('#api/explain.ts'),
      import('../render-explanation.ts'),
    ]);
    const found = lookUp(subject);
    if (found.what === 'NotFound') throw new CliError(found.message, { hint: found.suggestion, code: EXIT.usage });
    terminal.out(renderExplanation(found, paint));
    return EXIT.ok;
  },
});
