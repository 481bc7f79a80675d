import { agentKey } from '../agent-word.ts';
import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { outputFlag } from '../flags.ts';
import { outputOf } from '../output.ts';
import { oneWord } from '../words.ts';
import type { LogsOptions } from '../show-controller-log.ts';

const FORMS = ['text', 'json'] as const;

const LINES = 200;

/** `ccci logs`. */
export const logs = defineCommand<LogsOptions>({
  summary: "show an agent's screen with its history, or the controller's decisions",
  usage: ['logs AGENT [-n LINES] [-f]', 'logs controller [-n LINES] [-f] [-o json]'],
  details: `
Of an agent without a session, the last screen before its end is shown. Everything that a terminal would
act on is made visible instead.`,
  flags: {
    lines: { short: 'n', value: 'LINES', help: `the last so many; ${String(LINES)} when not given` },
    follow: { short: 'f', help: 'go on and print what comes' },
    output: outputFlag(FORMS, 'text'),
  },
  completes: 'Logs',
  examples: [
    { does: 'what an agent shows', line: 'logs builder' },
    { does: "the controller's decisions, and those to come", line: 'logs controller -f' },
    { does: 'for a script', line: 'logs controller -n 1000 -o json' },
  ],
  options(parsed) {
    const word = oneWord(parsed, 'an agent, or "controller",');
    const lines = parsed.text('lines') ?? String(LINES);
    if (!/^[1-9][0-9]{0,6}$/.test(lines))
      throw usageError(`option --lines must be a whole number from 1, not ${JSON.stringify(lines)}`);
    const output = outputOf(parsed, FORMS);
    const of = word === 'controller' ? word : agentKey(word);
    if (of !== 'controller' && output === 'json') throw usageError('-o json is for "logs controller" only');
    return { of, lines: Number(lines), follow: parsed.has('follow'), output };
  },
  async run(options, context) {
    if (options.of === 'controller') {
      const { showControllerLog } = await import('../show-controller-log.ts');
      return showControllerLog(options, context);
    }
    const { showScreen } = await import('../show-screen.ts');
    return showScreen({ ...options, key: options.of }, context);
  },
});
