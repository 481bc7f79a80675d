import type { Backend, Launch, LaunchRequest } from './backend.ts';
import { classifyGemini, splitGeminiFrame } from './gemini-screen.ts';
import { flag } from './flag.ts';
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
  defaultWakeAtMarker: 'Controller',
  hasRemoteControl: false,
  canResume: true,
};

function launchGemini({ permissions, model, resume, args, prompt }: LaunchRequest): Launch {
  const argv = [
    'gemini',
    ...(permissions === 'Bypass' ? ['--skip-trust', '--yolo'] : []),
    ...flag('--model', model),
    ...flag('--resume', resume?.id ?? resume?.name),
    ...args,
    // One word with `=`: gemini drops what follows `--`, and a positional prompt could be taken by a flag before it.
    `--prompt-interactive=${prompt}`,
  ];
  return { argv, env: {} };
}
