import { agentKey } from '../agent-word.ts';
import { defineCommand } from '../command.ts';
import { oneWord } from '../words.ts';
import type { AttachOptions } from '../attach-session.ts';

/** `ccci attach`. */
export const attach = defineCommand<AttachOptions>({
  summary: "join an agent's session in this terminal",
  usage: ['attach AGENT [--read-only]'],
  details: `
Leave it again with the keys of tmux (prefix d). While something stands in its input, ccci types nothing.`,
  flags: { 'read-only': { short: 'r', help: 'look, but type nothing' } },
  completes: 'Agents',
  examples: [
    { does: 'join', line: 'attach builder' },
    { does: 'only look', line: 'attach builder --read-only' },
  ],
  options(parsed) {
    return { key: agentKey(oneWord(parsed, 'an agent')), readOnly: parsed.has('read-only') };
  },
  async run(options, context) {
    const { attachSession } = await import('../attach-session.ts');
    return attachSession(options, context);
  },
});
