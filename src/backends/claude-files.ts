import { textIn } from './payload.ts';
import type { SignalFile, SignalPlaces } from './signal-state.ts';
import type { SignalLog } from './signal.ts';

const PROCESS_BYTES = 16_384;
const TRANSCRIPT_BYTES = 65_536;
const HISTORY_BYTES = 32_768;

/**
 * Files that claude (2.1.197) keeps below its configuration folder: one per live process with its status, the
 * transcript of the conversation, and every input that it accepted.
 */
export function claudeFiles(places: SignalPlaces, log: SignalLog): readonly SignalFile[] {
  const { HOME, CLAUDE_CONFIG_DIR } = places.env;
  const config = CLAUDE_CONFIG_DIR ?? (HOME === undefined ? undefined : `${HOME}/.claude`);
  const transcript = transcriptPath(log, config);
  return [
    ...(config === undefined
      ? []
      : ([
          {
            slot: 'process',
            path: `${config}/sessions/${String(places.pid)}.json`,
            kind: 'json',
            maxBytes: PROCESS_BYTES,
          },
          { slot: 'history', path: `${config}/history.jsonl`, kind: 'jsonl', maxBytes: HISTORY_BYTES },
        ] as const)),
    ...(transcript === undefined
      ? []
      : [{ slot: 'transcript', path: transcript, kind: 'jsonl' as const, maxBytes: TRANSCRIPT_BYTES }]),
  ];
}

// Hooks name the file; without them its name follows from the folder and the id of the conversation.
function transcriptPath(log: SignalLog, config: string | undefined): string | undefined {
  const told = log.events.findLast(({ payload }) => textIn(payload, 'transcript_path') !== undefined);
  const path = textIn(told?.payload, 'transcript_path') ?? textIn(log.latest['statusLine']?.payload, 'transcript_path');
  if (path !== undefined) return path.startsWith('/') && path.endsWith('.jsonl') ? path : undefined;
  const process = log.latest['process']?.payload;
  const [id, cwd] = [textIn(process, 'sessionId'), textIn(process, 'cwd')];
  if (config === undefined || id === undefined || cwd === undefined || !/^[0-9a-f-]{36}$/.test(id)) return undefined;
  return `${config}/projects/${cwd.replaceAll(/[^A-Za-z0-9]/g, '-')}/${id}.jsonl`;
}
