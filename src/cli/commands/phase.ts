import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { outputFlag, type Parsed } from '../flags.ts';
import { WHY_FLAG } from '../order-flags.ts';
import { outputOf } from '../output.ts';
import type { PhaseListOptions } from '../list-phases.ts';
import type { PhaseOrderOptions } from '../order-phase.ts';

const FORMS = ['table', 'json', 'yaml'] as const;
const VERBS = { advance: 'Advance', reopen: 'Reopen', set: 'Set' } as const;

/** The options of `ccci phase`: a list, or an order. */
export type PhaseOptions =
  ({ readonly does: 'List' } & PhaseListOptions) | ({ readonly does: 'Order' } & PhaseOrderOptions);

/** `ccci phase`. */
export const phase = defineCommand<PhaseOptions>({
  summary: 'list the phases, or order which one is current',
  usage: [
    'phase [list] [--sequence NAME] [-o table|json|yaml]',
    'phase advance [--sequence NAME] --why TEXT',
    'phase set PHASE --why TEXT',
    'phase reopen PHASE --why TEXT',
  ],
  details: `
advance: the current phase is done, whatever its marker and gates say; the next one is current.
set: that phase is current; those before it count as done, and it is opened again when it was done.
reopen: a done phase is worked on again. Its claims and verdicts of the first time do not count any more;
without a required gate its done marker counts only after it was gone.
Each order is recorded with who, when and why, and shown by status, describe, diff and timeline. Agents get
the prompt of the phase that is current then, between two turns. PHASE is a name or an id.`,
  flags: {
    sequence: { value: 'NAME', help: 'only this sequence' },
    ...WHY_FLAG,
    output: outputFlag(FORMS, 'table'),
  },
  examples: [
    { does: 'all phases and where they stand', line: 'phase' },
    { does: 'go on although the marker is missing', line: 'phase advance --why "accepted by hand"' },
    { does: 'work on a phase again', line: 'phase reopen 1 --why "the login broke"' },
    { does: 'skip ahead', line: 'phase set 3 --why "2 is not needed"' },
  ],
  options(parsed) {
    const [verb = 'list'] = parsed.words;
    const sequence = parsed.text('sequence');
    if (verb === 'list') return { does: 'List', sequence, output: listForm(parsed) };
    if (!isVerb(verb))
      throw usageError(
        `there is no "phase ${verb}"`,
        'it is list, advance, reopen or set; "ccci get phases" lists objects',
      );
    return { does: 'Order', verb: VERBS[verb], phase: phaseWord(verb, parsed), sequence, why: whyOf(verb, parsed) };
  },
  async run(options, context) {
    if (options.does === 'List') {
      const { listPhases } = await import('../list-phases.ts');
      return listPhases(options, context);
    }
    const { orderPhase } = await import('../order-phase.ts');
    return orderPhase(options, context);
  },
});

function isVerb(word: string): word is keyof typeof VERBS {
  return Object.hasOwn(VERBS, word);
}

function listForm(parsed: Parsed): (typeof FORMS)[number] {
  const extra = parsed.words[1];
  if (extra !== undefined) throw usageError(`phase list takes no argument, but was given ${JSON.stringify(extra)}`);
  return outputOf(parsed, FORMS);
}

function phaseWord(verb: keyof typeof VERBS, { words }: Parsed): string | undefined {
  const [, name, extra] = words;
  if (verb === 'advance' && name !== undefined)
    throw usageError('phase advance ends the current phase and takes no name', `"ccci phase set" makes one current`);
  if (verb !== 'advance' && name === undefined) throw usageError('a phase is missing', `such as: ccci phase ${verb} 2`);
  if (extra !== undefined) throw usageError(`expected one phase, but was also given ${JSON.stringify(extra)}`);
  return name;
}

function whyOf(verb: string, parsed: Parsed): string {
  const why = parsed.text('why')?.trim() ?? '';
  if (why === '')
    throw usageError(`phase ${verb} needs a reason: --why TEXT`, 'it is recorded and shown with the order');
  if (why.length > 500) throw usageError(`option --why must be at most 500 characters, not ${String(why.length)}`);
  return why;
}
