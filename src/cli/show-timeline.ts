import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { printable } from './printable.ts';
import { readPhases } from './read-phases.ts';
import { gatesOf, readTimelineSource } from './read-timeline.ts';
import { renderTimeline } from './render-timeline.ts';
import { startWorld } from './start-world.ts';
import { objectEntries } from './timeline-entries.ts';
import { gateTimeline } from './timeline-gates.ts';
import type { Timeline } from './timeline.ts';

/** The options of `ccci timeline`. */
export type TimelineOptions = {
  readonly sequence: string | undefined;
  readonly output: 'table' | 'json' | 'yaml';
};

/** Prints what happened in the sequences. Exit code 4 when a history could not be read. */
export async function showTimeline({ sequence, output }: TimelineOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const timeline = await findTimeline(sequence, context);
  if (output === 'json') terminal.out(`${JSON.stringify(timeline, null, 2)}\n`);
  if (output === 'yaml') {
    const { renderYaml } = await import('#load/render-yaml.ts');
    terminal.out(renderYaml(timeline));
  }
  if (output === 'table') terminal.out(renderTimeline(timeline));
  if (timeline.entries.length === 0 && output === 'table') terminal.err('nothing has happened yet\n');
  for (const message of timeline.unknown) terminal.err(printable(`unknown: ${message}`) + '\n');
  return timeline.unknown.length === 0 ? EXIT.ok : EXIT.unknown;
}

async function findTimeline(sequence: string | undefined, context: Context): Promise<Timeline> {
  const store = await context.openStore();
  const phases = await readPhases(store);
  const names = [...new Set(phases.map((phase) => phase.sequence))];
  if (sequence !== undefined && !names.includes(sequence))
    throw new CliError(`there is no sequence ${JSON.stringify(sequence)}`, {
      hint: names.length === 0 ? 'no phase is declared' : `there are ${names.join(', ')}`,
    });
  const world = await startWorld(context);
  try {
    const source = await readTimelineSource(store, phases, world);
    const chosen = sequence === undefined ? names : [sequence];
    const gates = chosen.flatMap((name) => gatesOf(source.objects, name)).map((gate) => gateTimeline(gate, source));
    const entries = [
      ...chosen.flatMap((name) => objectEntries(name, source)),
      ...gates.flatMap((gate) => gate.entries),
    ];
    return {
      entries: entries.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1)),
      gates: gates.map(({ figures }) => figures),
      unknown: source.unknown,
    };
  } finally {
    await world.close();
  }
}
