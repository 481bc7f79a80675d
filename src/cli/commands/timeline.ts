import { defineCommand } from '../command.ts';
import { outputFlag } from '../flags.ts';
import { outputOf } from '../output.ts';
import type { TimelineOptions } from '../show-timeline.ts';
import { noWords } from '../words.ts';

const FORMS = ['table', 'json', 'yaml'] as const;

/** `ccci timeline`. */
export const timeline = defineCommand<TimelineOptions>({
  summary: 'tell when phases, claims, verdicts, hand-offs and restarts were',
  usage: ['timeline [--sequence NAME] [-o table|json|yaml]'],
  details: `
Phases, claims, verdicts, restarts, and what persons ordered, oldest first. SEEN, TYPED and TAKEN are the times
from the commit until its agent was told. Below it, per gate: how many scopes passed at the first claim, and how
long a verdict and a hand-off take (median and 90th percentile).
It reads the git history, the stored objects and events, with or without a running controller. A phase remembers
the times of its last 300 hand-offs; claims and verdicts are as old as the history, at most 5,000 commits.`,
  flags: {
    sequence: { value: 'NAME', help: 'only this sequence' },
    output: outputFlag(FORMS, 'table'),
  },
  examples: [
    { does: 'everything', line: 'timeline' },
    { does: 'the figures of each gate, for a script', line: 'timeline -o json' },
  ],
  options(parsed) {
    noWords(parsed, 'timeline');
    return { sequence: parsed.text('sequence'), output: outputOf(parsed, FORMS) };
  },
  async run(options, context) {
    const { showTimeline } = await import('../show-timeline.ts');
    return showTimeline(options, context);
  },
});
