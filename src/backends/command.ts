import { TerminalError } from '#api/errors.ts';

import type { Backend, Launch, LaunchRequest } from './backend.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { lastLine, toScreenLines } from './screen-lines.ts';
import type { ClassifyOptions, ScreenState } from './screen-state.ts';

/** Any program that prints text and reads lines. It finds its prompt in the file that `CCCI_PROMPT_FILE` names. */
export const command: Backend = {
  type: 'command',
  launch: launchCommand,
  classify: classifyCommand,
  // The terminal echoes whatever is typed, read or not, so the screen proves nothing.
  showsAccepted: () => false,
  interruptKeys: ['C-c'],
  submitKeys: ['Enter'],
  readsPastes: false,
  acceptance: 'None',
  defaultWakeAtMarker: 'Agent',
  hasRemoteControl: false,
  canResume: false,
};

function launchCommand(request: LaunchRequest): Launch {
  if (request.command.length === 0) {
    throw new TerminalError(
      'CommandMissing',
      `Could not launch agent "${request.agentName}": spec.backend.command is empty and must name a program`,
      { hint: 'Set spec.backend.command to a list such as [./agent.sh]' },
    );
  }
  return { argv: [...request.command], env: {} };
}

// A program's screen has no known shape: only a declared wait as the very last line says anything. The rest is for those who watch how long it is quiet.
function classifyCommand(screen: string, { waitMarker }: ClassifyOptions): ScreenState {
  const lines = toScreenLines(screen);
  const evidence = lastLine(lines);
  const raw = findWaitMarker(lines, waitMarker);
  if (raw === undefined) return { state: 'Unknown', box: 'Empty', evidence };
  return { state: 'Idle', box: 'Empty', waitMarker: raw, evidence: raw };
}
