import type { Backend, Launch, LaunchRequest } from './backend.ts';
import { classifyOpencode, splitOpencodeFrame } from './opencode-screen.ts';
import { flag } from './flag.ts';
import { toScreenLines } from './screen-lines.ts';
import { showsAccepted } from './shows-accepted.ts';

/** Opencode, checked against 1.18.33. */
export const opencode: Backend = {
  type: 'opencode',
  launch: launchOpencode,
  classify: classifyOpencode,
  showsAccepted: (screen, text) => {
    const { above, draft } = splitOpencodeFrame(toScreenLines(screen));
    return (
      draft !== undefined &&
      showsAccepted(
        above.map((line) => line.replace(/^\s*┃/, '')),
        draft,
        text,
      )
    );
  },
  // The first Escape only asks for the second.
  interruptKeys: ['Escape', 'Escape'],
  submitKeys: ['Enter'],
  readsPastes: true,
  acceptance: 'Screen',
  defaultWakeAtMarker: 'Controller',
  hasRemoteControl: false,
  // A restored conversation was seen to leave `--prompt` unsubmitted.
  canResume: false,
};

function launchOpencode({ permissions, model, resume, args, prompt }: LaunchRequest): Launch {
  const argv = [
    'opencode',
    ...(permissions === 'Bypass' ? ['--auto'] : []),
    ...flag('--model', model),
    ...flag('--session', resume?.id ?? resume?.name),
    ...args,
    // The positional argument is a folder. One word with `=`, so that a prompt that begins with a dash stays a value.
    `--prompt=${prompt}`,
  ];
  return { argv, env: {} };
}
