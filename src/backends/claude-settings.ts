import type { LaunchText, SignalChannel } from './backend.ts';
import type { DialogName } from './screen-state.ts';
import { signalCall } from './signal-call.ts';

/** What is said once per turn, dialog, error or compaction: each is kept. */
const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'Stop',
  'StopFailure',
  'Notification',
  'PermissionRequest',
  'PreCompact',
  'PostCompact',
  'SessionEnd',
] as const;

/** What is said many times a turn: the newest counts. */
const SLOTS = ['PreToolUse', 'PostToolBatch', 'SubagentStop'] as const;

/** A script that takes longer is given up; the turn goes on. */
const TIMEOUT_S = 5;

/**
 * The settings that one launch of claude gets with `--settings`, beside the user's own, which stay untouched. Hooks of
 * all settings run; only the status line does not merge, so that ours runs the user's (facts: 2.1.197).
 */
export function claudeSettings(channel: SignalChannel, accepts: readonly DialogName[]): LaunchText {
  const hook = (kind: 'event' | 'slot', name: string) => [
    { hooks: [{ type: 'command', command: signalCall(channel, kind, name), timeout: TIMEOUT_S }] },
  ];
  const settings = {
    hooks: Object.fromEntries([
      ...EVENTS.map((name) => [name, hook('event', name)]),
      ...SLOTS.map((name) => [name, hook('slot', name)]),
    ]),
    statusLine: { type: 'command', command: signalCall(channel, 'statusLine', 'statusLine') },
    ...(accepts.includes('BypassPermissions') ? { skipDangerousModePermissionPrompt: true } : {}),
  };
  return { path: `${channel.folder}/settings.json`, text: `${JSON.stringify(settings, null, 1)}\n`, mode: 0o600 };
}
