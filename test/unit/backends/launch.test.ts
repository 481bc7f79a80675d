import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Launch, LaunchRequest } from '#backends/backend.ts';
import { backendOf } from '#backends/registry.ts';

const BASE = {
  prompt: 'Begin.',
  agentName: 'builder',
  permissions: 'Ask',
  args: [],
  command: [],
} satisfies LaunchRequest;

type Row = {
  readonly type: Parameters<typeof backendOf>[0];
  readonly request: Partial<LaunchRequest>;
  readonly argv: readonly string[];
  readonly env?: Launch['env'];
  readonly reason: string;
};

const ASKING = ['--disallowedTools', 'AskUserQuestion,EnterPlanMode,ExitPlanMode'];

const ROWS: readonly Row[] = [
  { type: 'claude', request: {}, argv: ['claude', '--', 'Begin.'], reason: 'nothing is asked for' },
  {
    type: 'claude',
    request: { permissions: 'Bypass', model: 'sonnet', remoteControl: { name: 'cc-ci-builder' } },
    argv: [
      'claude',
      '--remote-control',
      'cc-ci-builder',
      '--dangerously-skip-permissions',
      ...ASKING,
      '--model',
      'sonnet',
      '--',
      'Begin.',
    ],
    reason: 'a loop of the rig: questions would wait for a person even when permissions are bypassed',
  },
  {
    type: 'claude',
    request: { permissions: 'Bypass', asRoot: true },
    argv: ['claude', '--dangerously-skip-permissions', ...ASKING, '--', 'Begin.'],
    env: { IS_SANDBOX: '1' },
    reason: 'root may bypass permissions only in a sandbox',
  },
  {
    type: 'claude',
    request: { asRoot: true },
    argv: ['claude', '--', 'Begin.'],
    reason: 'root that asks needs no sandbox',
  },
  {
    type: 'claude',
    request: { resume: { name: 'autonomous-orchestrator' }, remoteControl: { name: 'autonomous-orchestrator' } },
    argv: [
      'claude',
      '--remote-control',
      'autonomous-orchestrator',
      '--resume',
      'autonomous-orchestrator',
      '--',
      'Begin.',
    ],
    reason: 'the name in the browser and the conversation that is restored are two things',
  },
  {
    type: 'claude',
    request: { resume: { id: '11111111-2222-4333-8444-555555555555' }, args: ['--add-dir', '/srv/a'] },
    argv: ['claude', '--resume', '11111111-2222-4333-8444-555555555555', '--add-dir', '/srv/a', '--', 'Begin.'],
    reason: 'a flag that takes any number of values stands before the two dashes',
  },
  {
    type: 'codex',
    request: {},
    argv: ['codex', '--no-daemon', '--', 'Begin.'],
    reason: 'no daemon outlives the session',
  },
  {
    type: 'codex',
    request: { permissions: 'Bypass', model: 'gpt-6', resume: { id: 'abc' }, args: ['--search'] },
    argv: [
      'codex',
      'resume',
      '--no-daemon',
      '--dangerously-bypass-approvals-and-sandbox',
      '--model',
      'gpt-6',
      '--search',
      '--',
      'abc',
      'Begin.',
    ],
    reason: 'the conversation is positional and comes before the prompt',
  },
  {
    type: 'gemini',
    request: {},
    argv: ['gemini', '--prompt-interactive=Begin.'],
    reason: 'two dashes would drop the prompt',
  },
  {
    type: 'gemini',
    request: { permissions: 'Bypass', model: 'pro', resume: { name: 'latest' }, args: ['--debug'] },
    argv: [
      'gemini',
      '--skip-trust',
      '--yolo',
      '--model',
      'pro',
      '--resume',
      'latest',
      '--debug',
      '--prompt-interactive=Begin.',
    ],
    reason: 'everything at once',
  },
  {
    type: 'opencode',
    request: {},
    argv: ['opencode', '--prompt=Begin.'],
    reason: 'a positional argument would be a folder',
  },
  {
    type: 'opencode',
    request: { permissions: 'Bypass', model: 'zen/pickle', resume: { id: 'ses_1' }, args: ['--pure'] },
    argv: ['opencode', '--auto', '--model', 'zen/pickle', '--session', 'ses_1', '--pure', '--prompt=Begin.'],
    reason: 'everything at once',
  },
  {
    type: 'command',
    request: { command: ['./agent.sh', '--slow', ''], permissions: 'Bypass' },
    argv: ['./agent.sh', '--slow', ''],
    reason: 'a command is taken as it is; its prompt stands in a file',
  },
];

for (const { type, request, argv, env, reason } of ROWS) {
  test(`${type} is launched as written: ${reason}`, () => {
    const launch = backendOf(type).launch({ ...BASE, ...request });
    assert.deepEqual(launch, { argv, env: env ?? {} });
  });
}

const PROMPTS = [
  '-p',
  '--help',
  '',
  'it\'s "quoted" $(id) `id` \\',
  'two\nlines;',
  '`fin`;',
  'é ✓ 漢字 🚀',
  'x'.repeat(100_000),
];

for (const type of ['claude', 'codex', 'gemini', 'opencode'] as const) {
  test(`${type} gets the prompt byte for byte as the end of its last argument`, () => {
    for (const prompt of PROMPTS) {
      const { argv } = backendOf(type).launch({ ...BASE, prompt });
      const last = argv.at(-1) ?? '';
      assert.ok(
        last === prompt ? argv.at(-2) === '--' : /^--prompt(?:-interactive)?=/.test(last) && last.endsWith(prompt),
      );
    }
  });
}

test('a command without a program is refused with the field to set', () => {
  assert.throws(() => backendOf('command').launch(BASE), /agent "builder".*spec\.backend\.command/s);
});
