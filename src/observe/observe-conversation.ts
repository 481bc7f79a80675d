import type { AgentObject } from '#api/agent.ts';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';

import type { Readers } from './readers.ts';

/** A conversation that an agent could go on with. */
export type ConversationView = {
  readonly id: string;
  /** True when a live process has it open. */
  readonly isOpen: boolean;
};

const RECORD_MAX_BYTES = 64 * 1024;

/**
 * Looks whether the agent's last conversation is kept and who has it open: claude notes each live process with its
 * conversation in `<config>/sessions/<pid>.json` (facts: agent-clis 1), and would let a second writer in (8). Absent
 * when there is none, or no way to tell.
 */
export async function observeConversation(agent: AgentObject, readers: Readers): Promise<Fact<ConversationView>> {
  const { id, file } = agent.status?.conversation ?? {};
  const config = /^(.+)\/projects\/[^/]+\/[^/]+\.jsonl$/.exec(file ?? '')?.[1];
  if (id === undefined || file === undefined || config === undefined) return ABSENT;
  const kept = await readers.files.readText(file, 1);
  if (kept.state === 'absent' || (kept.state === 'unknown' && kept.reason !== 'FileTooLarge')) return kept;
  return whoHasIt(id, config, readers);
}

async function whoHasIt(id: string, config: string, readers: Readers): Promise<Fact<ConversationView>> {
  const folder = `${config}/sessions`;
  try {
    for (const name of await readers.files.list(folder)) {
      if (await hasOpen(`${folder}/${name}`, id, readers)) return known({ id, isOpen: true });
    }
    return known({ id, isOpen: false });
  } catch (error) {
    return unknown(
      'FileUnreadable',
      `could not look into "${folder}": ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function hasOpen(path: string, id: string, { files, processes }: Readers): Promise<boolean> {
  const text = await files.readText(path, RECORD_MAX_BYTES);
  if (text.state !== 'known') return text.state === 'unknown';
  const record = parse(text.value);
  if (record?.['sessionId'] !== id) return false;
  // The file outlives a process that was killed: only pid and start time together are that process.
  const startTime = Number(record['procStart']);
  const process = await processes.read(Number(record['pid']), Number.isFinite(startTime) ? startTime : undefined);
  return process.state !== 'absent';
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}
