import type { Backend, Launch, LaunchRequest } from './backend.ts';
import { flag } from './flag.ts';
import { opencodePlugin, opencodePluginEnvironment } from './opencode-plugin.ts';
import { classifyOpencode, splitOpencodeFrame } from './opencode-screen.ts';
import { opencodeSignals } from './opencode-signals.ts';
import { steadyOpencode } from './opencode-steady.ts';
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
  queues: true,
  defaultWakeAtMarker: 'Controller',
  hasRemoteControl: false,
  // `--prompt` is left unsubmitted there; the plugin submits it.
  canResume: true,
  compactCommand: '/compact',
  signals: opencodeSignals,
  steadyScreen: steadyOpencode,
};

function launchOpencode({ permissions, model, resume, args, prompt, signals }: LaunchRequest): Launch {
  const conversation = resume?.id ?? resume?.name;
  const plugin = signals === undefined ? undefined : opencodePlugin({ channel: signals, resumes: conversation });
  const argv = [
    'opencode',
    ...(permissions === 'Bypass' ? ['--auto'] : []),
    ...flag('--model', model),
    ...flag('--session', conversation),
    ...args,
    // The positional argument is a folder. One word with `=`, so that a prompt that begins with a dash stays a value.
    `--prompt=${prompt}`,
  ];
  if (plugin === undefined) return { argv, env: {} };
  return { argv, env: opencodePluginEnvironment(plugin), files: [plugin] };
}
