import { asNonce, type Acceptance } from './acceptance.ts';
import type { BackendSignals } from './backend.ts';
import { geminiPrompts, readGeminiChat } from './gemini-chat.ts';
import { geminiTally } from './gemini-usage.ts';
import { listIn, objectIn, textIn } from './payload.ts';
import type { SignalFile, SignalPlaces, SignalState } from './signal-state.ts';
import type { SignalLog } from './signal.ts';

/**
 * Gemini's channel: the file that it keeps of its conversation. Hooks it takes from the user's own settings or from a
 * file that root owns with all the folders above it, so that none can be brought along for one launch.
 */
export const geminiSignals: BackendSignals = {
  read: readGeminiSignals,
  files: geminiFiles,
  tally: geminiTally,
  acceptance: geminiAcceptance,
};

const CHAT_BYTES = 128 * 1024;
const PROJECTS_BYTES = 1024 * 1024;

/** The variable in which a launch tells the id of its conversation, for whoever looks for the file of it. */
export const CONVERSATION_VARIABLE = 'CCCI_CONVERSATION';

/** Reads what gemini (0.61.0) keeps of its conversation; undefined while there is nothing. */
export function readGeminiSignals({ latest }: SignalLog): SignalState | undefined {
  const { chat } = latest;
  if (chat === undefined) return undefined;
  const first = listIn(chat.payload, 'lines')[0];
  const id = textIn(objectIn({ first }, 'first'), 'sessionId');
  const side = { conversation: id === undefined ? undefined : { id } };
  const reading = readGeminiChat(chat);
  if (reading === undefined) return { state: 'Unknown', evidence: '', ...side };
  const { atMs, ...state } = reading;
  return { ...state, evidenceAtMs: atMs, ...side };
}

/**
 * The file of the conversation. It lies in a folder whose name stands in a list of gemini's own, and its name holds the
 * minute of its beginning, so that the end of the name has to do.
 */
export function geminiFiles({ env, cwd }: SignalPlaces, { latest }: SignalLog): readonly SignalFile[] {
  const home = env['GEMINI_CLI_HOME'] ?? env['HOME'];
  const id = env[CONVERSATION_VARIABLE]?.slice(0, 8) ?? '';
  if (home === undefined || !/^[0-9a-f]{8}$/.test(id)) return [];
  const base = `${home}/.gemini`;
  const list: SignalFile = {
    ...{ slot: 'projects', path: `${base}/projects.json` },
    ...{ kind: 'json', maxBytes: PROJECTS_BYTES },
  };
  const folder = textIn(objectIn(latest['projects']?.payload, 'projects'), cwd);
  if (folder === undefined || folder.includes('/')) return [list];
  const path = `${base}/tmp/${folder}/chats/session-*-${id}.jsonl`;
  return [list, { slot: 'chat', path, kind: 'jsonl', maxBytes: CHAT_BYTES }];
}

/** Taken once the conversation holds it; what is submitted in mid-turn waits in the program, and the file says nothing of it. */
export function geminiAcceptance({ latest }: SignalLog, nonce: string): Acceptance | undefined {
  const mark = asNonce(nonce);
  return geminiPrompts(latest['chat']).some((text) => text.includes(mark)) ? 'Taken' : undefined;
}
