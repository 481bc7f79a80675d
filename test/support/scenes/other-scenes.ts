import type { AgentCli } from '../agent-clis.ts';
import { fails, says, uses } from '../model-endpoint/model-reply.ts';

import { CLAUDE_SCENES } from './claude-scenes.ts';
import type { Scene } from './scene.ts';

const NEVER = new Promise<never>(() => undefined);
const WAITS = 'All done for now.\n\nWAITING-UNTIL: 2099-01-01T00:00:00Z';

const CODEX: readonly Scene[] = [
  {
    name: 'first-run-api-key',
    label: 'dialog:login',
    reading: 'AuthRequired None Login',
    seeds: { onboarded: false },
    credential: 'None',
    shows: /Sign in with ChatGPT/,
  },
  { name: 'turn-over', label: 'idle', reading: 'Idle Empty waits', script: () => says(WAITS), shows: /WAITING-UNTIL/ },
  {
    name: 'busy-first-token',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => ({ kind: 'Hang' }),
    shows: /esc to interrupt/,
  },
  {
    name: 'busy-tool',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => uses('exec_command', { cmd: 'sleep 600', yield_time_ms: 600_000 }),
    shows: /background terminal running/,
  },
  {
    name: 'error-401-final',
    label: 'auth-needed',
    reading: 'AuthRequired Empty',
    script: () => fails(401, 'invalid_api_key', 'Incorrect API key provided'),
    shows: /401 Unauthorized/,
  },
];

const OPENCODE: readonly Scene[] = [
  {
    name: 'turn-over',
    label: 'idle',
    reading: 'Idle Empty waits',
    script: () => says(WAITS),
    shows: /WAITING-UNTIL[^]*▣ .*· \d/,
  },
  {
    name: 'busy-streaming',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => says('Reading along.\n\nThere is more.', { until: NEVER }),
    shows: /Reading along/,
  },
];

const GEMINI: readonly Scene[] = [
  {
    name: 'trust-dialog',
    label: 'dialog:trust',
    reading: 'AwaitingInput None TrustFolder',
    seeds: { trusted: false },
    permissions: 'Ask',
    shows: /Do you trust/,
  },
  { name: 'turn-over', label: 'idle', reading: 'Idle Empty waits', script: () => says(WAITS), shows: /WAITING-UNTIL/ },
  {
    name: 'busy-first-token',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => ({ kind: 'Hang' }),
    shows: /esc to cancel/,
  },
];

/** The scenes of every agent program: states that it can be brought into without an account and without a network. */
export const SCENES: Readonly<Record<AgentCli, readonly Scene[]>> = {
  claude: CLAUDE_SCENES,
  codex: CODEX,
  opencode: OPENCODE,
  gemini: GEMINI,
};
