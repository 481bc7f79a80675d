import type { BackendType } from './agent-backend.ts';

/** Dialogs that a program may show before its first turn and that can be answered by rule, with what `Yes` means. */
export const STARTUP_DIALOGS = {
  TrustFolder: 'Trust the files of the working folder.',
  BypassPermissions: 'Accept that the program runs tools without asking.',
  ApiKey: 'Use the API key that its environment holds.',
  Theme: 'Keep the theme that is offered.',
  SecurityNotes: 'Take note and go on.',
  Settings: 'Go on without the settings that are wrong.',
  HooksReview: 'Trust all hooks that are new or changed.',
  ResumeSummary: 'Resume from a summary instead of the whole conversation.',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a dialog that can be answered by rule. */
export type StartupDialog = keyof typeof STARTUP_DIALOGS;

/** Which of them each program shows and ccci has an answer for. A test compares it with the programs. */
export const STARTUP_DIALOGS_OF: Readonly<Record<BackendType, readonly StartupDialog[]>> = {
  claude: ['TrustFolder', 'BypassPermissions', 'ApiKey', 'Theme', 'SecurityNotes', 'Settings', 'ResumeSummary'],
  codex: ['TrustFolder', 'HooksReview'],
  gemini: ['TrustFolder'],
  opencode: [],
  command: [],
};
