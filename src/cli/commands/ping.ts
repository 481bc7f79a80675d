import { agentKey } from '../agent-word.ts';
import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import type { PingOptions } from '../send-ping.ts';

/** `ccci ping`. */
export const ping = defineCommand<PingOptions>({
  summary: 'type a message into an agent',
  usage: ['ping AGENT TEXT... [--wait [--timeout 5m]]', 'ping AGENT - < FILE'],
  details: `
The message is stored, and typed when the agent has an open and empty input; one that can not be typed
before a restart stands in the next start prompt. With --wait it ends when the agent has taken it.`,
  flags: {
    wait: { help: 'wait until the agent has taken it' },
    timeout: { value: 'DURATION', help: 'how long to wait; 5m when not given' },
  },
  completes: 'Agents',
  examples: [
    { does: 'tell the builder something', line: 'ping builder "the plan was revised, read it again"' },
    { does: 'and know that it was taken', line: 'ping adversary "verify again" --wait' },
    { does: 'a longer text', line: 'ping builder - < note.md' },
  ],
  options(parsed) {
    const [agent, ...words] = parsed.words;
    if (agent === undefined) throw usageError('an agent is missing');
    const text = words.join(' ');
    if (text.trim() === '') throw usageError('a text is missing', 'write it after the name, or - for standard input');
    return {
      key: agentKey(agent),
      text: text === '-' ? undefined : text,
      waitMs: parsed.has('wait') || parsed.has('timeout') ? durationOption(parsed, 'timeout', 300_000) : undefined,
    };
  },
  async run(options, context) {
    const { sendPing } = await import('../send-ping.ts');
    return sendPing(options, context);
  },
});
