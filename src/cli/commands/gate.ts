import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { outputFlag, type Parsed } from '../flags.ts';
import { WHY_FLAG } from '../order-flags.ts';
import { outputOf } from '../output.ts';
import type { GateListOptions } from '../list-gates.ts';
import type { GateOrderOptions } from '../order-gate.ts';

const FORMS = ['table', 'json', 'yaml'] as const;
const VERBS = { pass: 'Pass', fail: 'Fail', veto: 'Veto', clear: 'Clear' } as const;

/** The options of `ccci gate`: a look, or a person's word. */
export type GateOptions =
  ({ readonly does: 'List' } & GateListOptions) | ({ readonly does: 'Order' } & GateOrderOptions);

/** `ccci gate`. */
export const gate = defineCommand<GateOptions>({
  summary: 'show claims and verdicts, or answer a claim as a person',
  usage: ['gate [NAME] [-o table|json|yaml]', 'gate pass|fail|veto NAME SCOPE --why TEXT', 'gate clear NAME SCOPE'],
  details: `
Without a verb it shows every scope: where it stands, its claim and verdict, who made them, what the gate's
own command shows, and how it is told whose commit it is.
pass, fail and veto stand for the verdict on the claim that is there now, whatever the agents or the gate's
command say. It is recorded with who, when and why, and told to the claimant. A newer claim ends it, and so
does a veto that came after it; clear takes it back. An agent may not give these orders.`,
  flags: { ...WHY_FLAG, output: outputFlag(FORMS, 'table') },
  examples: [
    { does: 'all gates', line: 'gate' },
    { does: 'one gate for a script', line: 'gate handoff -o json' },
    { does: 'let a claim pass', line: 'gate pass handoff api --why "checked by hand"' },
    { does: 'take that back', line: 'gate clear handoff api' },
  ],
  options(parsed) {
    const [first] = parsed.words;
    if (first === undefined || !isVerb(first)) return listOptions(parsed);
    const [, name, scope, extra] = parsed.words;
    if (name === undefined || scope === undefined)
      throw usageError('a gate and a scope are missing', `such as: ccci gate ${first} handoff api`);
    if (extra !== undefined) throw usageError(`expected one scope, but was also given ${JSON.stringify(extra)}`);
    return { does: 'Order', verb: VERBS[first], gate: name, scope, why: whyOf(first, parsed) };
  },
  async run(options, context) {
    if (options.does === 'List') {
      const { listGates } = await import('../list-gates.ts');
      return listGates(options, context);
    }
    const { orderGate } = await import('../order-gate.ts');
    return orderGate(options, context);
  },
});

function isVerb(word: string): word is keyof typeof VERBS {
  return Object.hasOwn(VERBS, word);
}

function listOptions(parsed: Parsed): GateOptions {
  const [name, extra] = parsed.words;
  if (extra !== undefined) throw usageError(`expected one gate, but was also given ${JSON.stringify(extra)}`);
  return { does: 'List', name, output: outputOf(parsed, FORMS) };
}

function whyOf(verb: keyof typeof VERBS, parsed: Parsed): string | undefined {
  const why = parsed.text('why')?.trim() ?? '';
  if (verb === 'clear') return why === '' ? undefined : why;
  if (why === '')
    throw usageError(`gate ${verb} needs a reason: --why TEXT`, 'it is recorded and shown with the verdict');
  if (why.length > 500) throw usageError(`option --why must be at most 500 characters, not ${String(why.length)}`);
  return why;
}
