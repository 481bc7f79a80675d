import { inOrder, says, uses } from '../model-endpoint/model-reply.ts';

import { CLAUDE_FAILURES } from './claude-failures.ts';
import type { Scene } from './scene.ts';

const NEVER = new Promise<never>(() => undefined);
const ENDED = /✻ \S+ for /;
const WAITS = 'All done for now.\n\nWAITING-UNTIL: 2099-01-01T00:00:00Z';
const STARTUP: readonly Scene[] = [
  {
    name: 'apikey-dialog-after-onboarding',
    label: 'dialog:api-key',
    reading: 'AwaitingInput None ApiKey',
    seeds: { keyApproved: false },
    shows: /Detected a custom API key/,
  },
  {
    name: 'trust-dialog',
    label: 'dialog:trust',
    reading: 'AwaitingInput None TrustFolder',
    seeds: { trusted: false },
    shows: /Yes, I trust this folder/,
  },
  {
    name: 'bypass-permissions-warning',
    label: 'dialog:bypass-warning',
    reading: 'AwaitingInput None BypassPermissions',
    seeds: { bypassAccepted: false },
    shows: /Yes, I accept/,
  },
  {
    name: 'auth-not-logged-in',
    label: 'auth-needed',
    reading: 'AuthRequired Empty',
    credential: 'None',
    shows: /⎿\s+Not logged in/,
  },
  {
    name: 'onboarding-1-theme',
    label: 'dialog:onboarding-theme',
    reading: 'AwaitingInput None Theme',
    seeds: { onboarded: false },
    shows: /Choose the text style that looks best/,
  },
  {
    name: 'fatal-root-refusal',
    label: 'dead',
    reading: 'Fatal None Refused',
    permissions: 'Ask',
    args: ['--dangerously-skip-permissions'],
    shows: /cannot be used with root[^]*Pane is dead/,
  },
  {
    name: 'dead-args-resume-missing',
    label: 'dead',
    reading: 'Fatal None SessionMissing',
    args: ['--resume', '11111111-1111-4111-8111-111111111111'],
    shows: /No conversation found[^]*Pane is dead/,
  },
];

const TURNS: readonly Scene[] = [
  {
    name: 'idle-fresh',
    label: 'idle',
    reading: 'Idle Empty',
    script: () => says('Hello.'),
    shows: ENDED,
  },
  {
    name: 'e2e-done',
    label: 'idle',
    reading: 'Idle Empty waits',
    concludes: 'WaitingDeclared',
    script: () => says(WAITS),
    shows: ENDED,
  },
  {
    name: 'busy-waiting-first-token',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => ({ kind: 'Hang' }),
    shows: /^[·✢✳✶✻✽*] \S+…/m,
  },
  {
    name: 'busy-streaming',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => says('Reading along.\n\nThere is more to come.', { until: NEVER }),
    shows: /Reading along/,
  },
  {
    name: 'busy-bash-tool',
    label: 'busy',
    reading: 'Busy Empty',
    script: () => uses('Bash', { command: 'sleep 600' }),
    shows: /Bash\(sleep 600\)[^]*Running…/,
  },
  {
    name: 'permission-prompt-bash',
    label: 'dialog:permission',
    reading: 'AwaitingInput None Permission',
    permissions: 'Ask',
    script: () => uses('Bash', { command: 'touch /tmp/never-made' }),
    shows: /Do you want to proceed\?/,
  },
  {
    name: 'interrupted',
    label: 'interrupted',
    reading: 'Idle Empty Interrupted',
    script: () => says('Working on it.\n\nThere is more to come.', { until: NEVER }),
    shows: /Interrupted · What should Claude do instead/,
    play: async (stage) => {
      await stage.until(/Working on it/);
      await stage.keys('Escape');
    },
  },
  {
    name: 'half-typed',
    label: 'idle',
    reading: 'Idle Draft',
    script: () => says('Hello.'),
    shows: /❯\u00a0a thought that is not fin/,
    play: async (stage) => {
      await stage.until(ENDED);
      await stage.paste('a thought that is not fin');
    },
  },
  {
    name: 'spoof-idle-quoting-errors',
    label: 'idle',
    reading: 'ApiError Empty ServerError spoofable',
    concludes: 'Idle',
    script: () => says('API Error: 529 Overloaded. This is only a quotation.'),
    shows: ENDED,
  },
  {
    name: 'compacting',
    label: 'compacting',
    reading: 'Compacting Empty',
    script: inOrder(says('Hello.'), says('Again.'), says('A summary', { until: NEVER })),
    shows: /Compacting conversation…/,
    play: async (stage) => {
      await stage.until(ENDED);
      await stage.paste('more');
      await stage.keys('Enter');
      await stage.until(/Again\.[^]*✻ \S+ for /);
      await stage.paste('/compact');
      await stage.keys('Enter');
    },
  },
  {
    name: 'context-high',
    label: 'idle',
    reading: 'Idle Empty',
    concludes: 'ContextHigh',
    args: ['--model', 'claude-haiku-4-5'],
    script: () => says('Hello.', { usage: { input: 170_000 } }),
    shows: /\d+% context used|\d+% until auto-compact|Context low/,
  },
];

/** States of claude that it can be brought into within seconds, without an account and without a network. */
export const CLAUDE_SCENES: readonly Scene[] = [...STARTUP, ...TURNS, ...CLAUDE_FAILURES];
