import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { outputFlag } from '../flags.ts';
import { outputOf } from '../output.ts';
import { createPaint } from '../paint.ts';
import { noWords } from '../words.ts';

const FORMS = ['text', 'json'] as const;

/** The options of `ccci status`. */
export type StatusOptions = { readonly watch: boolean; readonly output: (typeof FORMS)[number] };

/** `ccci status`. */
export const status = defineCommand<StatusOptions>({
  summary: 'show the whole crew on one screen',
  usage: ['status [-w] [-o json]'],
  details: `
What needs a person comes first; then the controller, the phases, the agents, the gates, the repositories,
the machines and the last warnings.
-o json has the fields needsPerson, controller, stopped, sequences, agents, gates, repositories, machines
and warnings.`,
  flags: {
    watch: { short: 'w', help: 'stay and show every change' },
    output: outputFlag(FORMS, 'text'),
  },
  examples: [
    { does: 'the crew now', line: 'status' },
    { does: 'follow it', line: 'status -w' },
    { does: 'for a script', line: 'status -o json' },
  ],
  options(parsed) {
    noWords(parsed, 'status');
    return { watch: parsed.has('watch'), output: outputOf(parsed, FORMS) };
  },
  async run(options, context) {
    await show(options, context);
    if (!options.watch) return EXIT.ok;
    return follow(options, context);
  },
});

async function show({ output, watch }: StatusOptions, context: Context): Promise<void> {
  const [{ readRigView }, { renderStatus }] = await Promise.all([
    import('../rig-view.ts'),
    import('../render-status.ts'),
  ]);
  const view = await readRigView(context);
  const { terminal } = context;
  if (output === 'json') terminal.out(`${JSON.stringify(view, null, 2)}\n`);
  else {
    const text = renderStatus(view, { paint: createPaint(terminal.color), columns: terminal.columns });
    terminal.out(watch && terminal.isTerminal ? `\x1b[H\x1b[2J${text}` : text);
  }
}

async function follow(options: StatusOptions, context: Context): Promise<ExitCode> {
  const { until } = await import('../until.ts');
  const ended = new AbortController();
  context.onInterrupt(() => ended.abort());
  const store = await context.openStore();
  let revision = '';
  const look = async () => {
    const objects = await store.list();
    const now = objects.map((object) => ('metadata' in object ? object.metadata.resourceVersion : '')).join(' ');
    if (now !== revision) await show(options, context);
    revision = now;
    return undefined;
  };
  await until(store, look, { timeoutMs: Infinity, signal: ended.signal });
  return EXIT.ok;
}
