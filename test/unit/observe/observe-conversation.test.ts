import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { observeConversation } from '#observe/observe-conversation.ts';
import type { Readers } from '#observe/readers.ts';

import { agentOf, processOf } from '../../support/plan-input.ts';

const FILE = '/home/a/.claude/projects/-work-builder/c1.jsonl';
const NOTE = '/home/a/.claude/sessions/77.json';

const rows: readonly {
  title: string;
  reason: string;
  files: Readonly<Record<string, string>>;
  lives?: boolean;
  file?: string;
  want: string;
}[] = [
  { title: 'a kept conversation that nobody notes', reason: 'it is free', files: { [FILE]: 'x' }, want: 'free' },
  {
    title: 'one that a live process notes',
    reason: 'it is open there',
    files: { [FILE]: 'x', [NOTE]: note('c1') },
    lives: true,
    want: 'open',
  },
  {
    title: 'one that a dead process has noted',
    reason: 'the note outlives a process that was killed',
    files: { [FILE]: 'x', [NOTE]: note('c1') },
    want: 'free',
  },
  {
    title: 'a live process with another conversation',
    reason: 'that one is its own',
    files: { [FILE]: 'x', [NOTE]: note('c2') },
    lives: true,
    want: 'free',
  },
  {
    title: 'a note that is half written',
    reason: 'it names nobody',
    files: { [FILE]: 'x', [NOTE]: '{"pid": 77' },
    lives: true,
    want: 'free',
  },
  {
    title: 'a long conversation',
    reason: 'being too long to read is being there',
    files: { [FILE]: 'long' },
    want: 'free',
  },
  { title: 'a conversation whose file is gone', reason: 'there is nothing to go on with', files: {}, want: 'absent' },
  {
    title: 'a program that notes nothing',
    reason: 'nobody can tell who has it open',
    files: { '/home/a/.codex/c1.jsonl': 'x' },
    file: '/home/a/.codex/c1.jsonl',
    want: 'absent',
  },
];

describe('whether an agent can go on with its conversation:', () => {
  for (const { title, reason, files, lives = false, file = FILE, want } of rows) {
    test(`${title}: ${reason}`, async () => {
      const agent = agentOf({ status: { conversation: { id: 'c1', file } } });
      const found = await observeConversation(agent, readersOf(files, lives));
      const said = found.state === 'known' ? (found.value.isOpen ? 'open' : 'free') : found.state;
      assert.equal(said, want);
    });
  }
});

function note(sessionId: string): string {
  return JSON.stringify({ pid: 77, procStart: '4711', sessionId });
}

function readersOf(files: Readonly<Record<string, string>>, lives: boolean): Readers {
  const readText = async (path: string, maxBytes: number): Promise<Fact<string>> => {
    const text = files[path];
    if (text === undefined) return ABSENT;
    return text.length > maxBytes ? unknown('FileTooLarge', 'too large') : known(text);
  };
  const list = async (folder: string) =>
    Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : []));
  const read = async (pid: number, startTime?: number) =>
    lives && pid === 77 && startTime === 4711 ? known(processOf({ pid, startTime })) : ABSENT;
  return { files: { readText, list }, processes: { read } } as unknown as Readers;
}
