import type { Backend, Launch, LaunchRequest, LaunchText } from './backend.ts';
import { CLAUDE_ANSWERS } from './claude-answers.ts';
import { splitClaudeFrame } from './claude-frame.ts';
import { classifyClaude } from './claude-screen.ts';
import { claudeSettings } from './claude-settings.ts';
import { claudeSignals } from './claude-signals.ts';
import { steadyClaude } from './claude-steady.ts';
import { flag } from './flag.ts';
import { toScreenLines } from './screen-lines.ts';
import { showsAccepted } from './shows-accepted.ts';

// These tools wait for a person even where permissions are bypassed.
const ASKING_TOOLS = 'AskUserQuestion,EnterPlanMode,ExitPlanMode';

/** Claude Code, checked against 2.1.197. */
export const claude: Backend = {
  type: 'claude',
  launch: launchClaude,
  classify: classifyClaude,
  showsAccepted: (screen, text) => {
    const frame = splitClaudeFrame(toScreenLines(screen));
    return frame.draft !== undefined && showsAccepted(frame.above, frame.draft, text);
  },
  interruptKeys: ['Escape'],
  submitKeys: ['Enter'],
  readsPastes: true,
  acceptance: 'Screen',
  queues: true,
  defaultWakeAtMarker: 'Agent',
  hasRemoteControl: true,
  canResume: true,
  answers: CLAUDE_ANSWERS,
  compactCommand: '/compact',
  signals: claudeSignals,
  steadyScreen: steadyClaude,
};

function launchClaude(request: LaunchRequest): Launch {
  const { permissions, model, remoteControl, resume } = request;
  const bypass = permissions === 'Bypass';
  const settings = settingsFor(request);
  const argv = [
    'claude',
    ...flag('--remote-control', remoteControl?.name),
    ...(bypass ? ['--dangerously-skip-permissions', '--disallowedTools', ASKING_TOOLS] : []),
    ...flag('--model', model),
    ...flag('--resume', resume?.id ?? resume?.name),
    ...flag('--settings', settings?.path),
    ...request.args,
    // Several flags take as many values as follow them; `--` keeps the prompt out of their reach, even one that begins with a dash.
    '--',
    request.prompt,
  ];
  // As root claude refuses to bypass permissions unless it is told that it runs in a sandbox.
  const env: Record<string, string> = bypass && request.asRoot === true ? { IS_SANDBOX: '1' } : {};
  return { argv, env, ...(settings === undefined ? {} : { files: [settings] }) };
}

// Only one settings file can be handed over: the manifest's own wins, and the session is known by its files and screen.
function settingsFor({ signals, args, accepts = [] }: LaunchRequest): LaunchText | undefined {
  const hasOwn = args.some((arg) => arg === '--settings' || arg.startsWith('--settings='));
  return signals === undefined || hasOwn ? undefined : claudeSettings(signals, accepts);
}
