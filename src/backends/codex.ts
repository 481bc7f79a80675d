import type { Backend, Launch, LaunchRequest } from './backend.ts';
import { CODEX_ANSWERS } from './codex-answers.ts';
import { codexHooks } from './codex-hooks.ts';
import { classifyCodex, splitCodexFrame } from './codex-screen.ts';
import { codexSignals } from './codex-signals.ts';
import { steadyCodex } from './codex-steady.ts';
import { flag } from './flag.ts';
import { toScreenLines } from './screen-lines.ts';
import { showsAccepted } from './shows-accepted.ts';

/** OpenAI's codex, checked against 0.169.0. */
export const codex: Backend = {
  type: 'codex',
  launch: launchCodex,
  classify: classifyCodex,
  showsAccepted: (screen, text) => {
    const { above, draft } = splitCodexFrame(toScreenLines(screen));
    return draft !== undefined && showsAccepted(above, draft, text);
  },
  // One Ctrl-C on an empty box would end the program.
  interruptKeys: ['Escape'],
  submitKeys: ['Enter'],
  readsPastes: true,
  acceptance: 'Screen',
  queues: true,
  defaultWakeAtMarker: 'Controller',
  hasRemoteControl: false,
  canResume: true,
  answers: CODEX_ANSWERS,
  compactCommand: '/compact',
  signals: codexSignals,
  steadyScreen: steadyCodex,
};

function launchCodex({ permissions, model, resume, args, prompt, signals }: LaunchRequest): Launch {
  const conversation = resume?.id ?? resume?.name;
  const hooks = signals === undefined ? { argv: [], env: {} } : codexHooks(signals);
  const argv = [
    'codex',
    ...(conversation === undefined ? [] : ['resume']),
    // Without it two background daemons are left behind that outlive the session.
    '--no-daemon',
    ...(permissions === 'Bypass' ? ['--dangerously-bypass-approvals-and-sandbox'] : []),
    ...hooks.argv,
    ...flag('--model', model),
    ...args,
    '--',
    ...(conversation === undefined ? [] : [conversation]),
    prompt,
  ];
  return { argv, env: hooks.env };
}
