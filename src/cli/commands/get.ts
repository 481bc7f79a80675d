import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { outputFlag } from '../flags.ts';
import { readSelection } from '../find-objects.ts';
import { checkJsonPath } from '../json-path.ts';
import { readLabelSelector } from '../label-selector.ts';
import type { GetOptions, GetOutput } from '../list-objects.ts';

const FORMS = ['table', 'wide', 'json', 'yaml', 'name'] as const;

/** `ccci get`. */
export const get = defineCommand<GetOptions>({
  summary: 'list objects',
  usage: [
    'get KIND [NAME...] [-l LABELS] [-w] [-o table|wide|json|yaml|name|jsonpath=PATH]',
    'get KIND/NAME...',
    'get all',
  ],
  details: `
Kinds can be written in singular, plural or short: agent, agents, ag. Several kinds are joined by commas.`,
  flags: {
    watch: { short: 'w', help: 'go on and print each object again when it changes' },
    selector: { short: 'l', value: 'LABELS', help: 'only objects with these labels: role=loop,crew!=old' },
    output: outputFlag([...FORMS, 'jsonpath=PATH'], 'table'),
  },
  completes: 'Kinds',
  examples: [
    { does: 'all agents', line: 'get agents' },
    { does: 'everything that is stored', line: 'get all' },
    { does: 'one agent with all that is known about it', line: 'get agent/builder -o yaml' },
    { does: 'follow the phases', line: 'get phases -w' },
    {
      does: 'one field, for a script',
      line: `get agent builder -o 'jsonpath={.status.session.panePid}'`,
    },
  ],
  options(parsed) {
    const labels = parsed.text('selector');
    return {
      selection: readSelection(parsed.words),
      watch: parsed.has('watch'),
      labels: labels === undefined ? undefined : readLabelSelector(labels),
      output: readOutput(parsed.text('output') ?? 'table'),
    };
  },
  async run(options, context) {
    const { listObjects } = await import('../list-objects.ts');
    return listObjects(options, context);
  },
});

function readOutput(text: string): GetOutput {
  const path = /^jsonpath=(.+)$/s.exec(text)?.[1];
  if (path !== undefined) return { jsonPath: checkJsonPath(path) };
  const form = FORMS.find((one) => one === text);
  if (form === undefined)
    throw usageError(`output must be one of ${FORMS.join(', ')}, jsonpath=PATH, not ${JSON.stringify(text)}`);
  return form;
}
