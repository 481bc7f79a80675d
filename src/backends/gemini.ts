import type { Backend, Launch, LaunchRequest, SignalChannel } from './backend.ts';
import { flag } from './flag.ts';
import { GEMINI_ANSWERS } from './gemini-answers.ts';
import { classifyGemini, splitGeminiFrame } from './gemini-screen.ts';
import { CONVERSATION_VARIABLE, geminiSignals } from './gemini-signals.ts';
import { steadyGemini } from './gemini-steady.ts';
import { toScreenLines } from './screen-lines.ts';
import { showsAccepted } from './shows-accepted.ts';

/** Google's gemini, checked against 0.61.0. */
export const gemini: Backend = {
  type: 'gemini',
  launch: launchGemini,
  classify: classifyGemini,
  showsAccepted: (screen, text) => {
    const { above, draft } = splitGeminiFrame(toScreenLines(screen));
    return draft !== undefined && showsAccepted(above, draft, text);
  },
  interruptKeys: ['Escape'],
  submitKeys: ['Enter'],
  readsPastes: true,
  acceptance: 'Screen',
  queues: true,
  defaultWakeAtMarker: 'Controller',
  hasRemoteControl: false,
  canResume: true,
  answers: GEMINI_ANSWERS,
  compactCommand: '/compress',
  signals: geminiSignals,
  steadyScreen: steadyGemini,
};

function launchGemini({ permissions, model, resume, args, prompt, signals }: LaunchRequest): Launch {
  const resumed = resume?.id ?? resume?.name;
  const own = resumed === undefined && signals !== undefined ? conversationOf(signals) : undefined;
  const argv = [
    'gemini',
    ...(permissions === 'Bypass' ? ['--skip-trust', '--yolo'] : []),
    ...flag('--model', model),
    ...flag('--resume', resumed),
    ...flag('--session-id', own),
    ...args,
    // One word with `=`: gemini drops what follows `--`, and a positional prompt could be taken by a flag before it.
    `--prompt-interactive=${prompt}`,
  ];
  const conversation = signals === undefined ? undefined : (own ?? resume?.id);
  return { argv, env: conversation === undefined ? {} : { [CONVERSATION_VARIABLE]: conversation } };
}

// A launch names its conversation, so that the file of it is known: an incarnation is eight hexadecimal digits.
function conversationOf({ folder }: SignalChannel): string | undefined {
  const incarnation = /\/([0-9a-f]{8})$/.exec(folder)?.[1];
  return incarnation === undefined ? undefined : `${incarnation}-cc01-4000-8000-0000${incarnation}`;
}
