import type { ObjectKey } from '#api/key.ts';

import { agentKey } from '../agent-word.ts';
import { defineCommand } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import { EXIT } from '../exit-code.ts';
import { endOf, UNTIL_FLAG, untilOption, WHY_FLAG, type Until } from '../order-flags.ts';

/** The options of `ccci stop`. No keys: the whole crew. */
export type StopOptions = {
  readonly keys: readonly ObjectKey[];
  readonly now: boolean;
  readonly why: string | undefined;
  readonly until: Until | undefined;
  /** Undefined: do not wait. */
  readonly waitMs: number | undefined;
};

/** `ccci stop`. */
export const stop = defineCommand<StopOptions>({
  summary: 'stop the crew or an agent, and keep it stopped',
  usage: ['stop [AGENT...] [--now] [--why TEXT] [--until TIME] [--wait [--timeout 10m]]'],
  details: `
Each agent is stopped between two turns; with --now at once. They stay stopped over restarts of the
controller and over apply, until "ccci start" or the time of --until. Interactive agents are left alone.
With --wait it ends when all sessions are gone, and names the clones with commits that are not pushed.`,
  flags: {
    now: { help: 'do not wait for the end of a turn' },
    ...WHY_FLAG,
    ...UNTIL_FLAG,
    wait: { help: 'wait until their sessions are gone' },
    timeout: { value: 'DURATION', help: 'how long to wait; 10m when not given' },
  },
  completes: 'Agents',
  examples: [
    { does: 'the whole crew, for the night', line: 'stop --why "over night" --until 10h' },
    { does: 'and wait until nothing runs', line: 'stop --wait' },
    { does: 'one agent, in the middle of its turn', line: 'stop builder --now' },
  ],
  options(parsed) {
    const waits = parsed.has('wait') || parsed.has('timeout');
    return {
      keys: parsed.words.map(agentKey),
      now: parsed.has('now'),
      why: parsed.text('why'),
      until: untilOption(parsed),
      waitMs: waits ? durationOption(parsed, 'timeout', 600_000) : undefined,
    };
  },
  async run(options, context) {
    const { orderStop, waitStopped } = await import('../stop-order.ts');
    const { keys, now, why, waitMs } = options;
    await orderStop({ keys, now, why, until: endOf(options.until, context.now()) }, context);
    return waitMs === undefined ? EXIT.ok : waitStopped(keys, waitMs, context);
  },
});
