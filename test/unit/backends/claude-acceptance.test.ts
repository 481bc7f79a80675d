import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { claudeAcceptance } from '#backends/claude-acceptance.ts';
import type { Signal, SignalLog } from '#backends/signal.ts';

const SESSION = { session_id: '07f34149-cd0c-4bd3-8b1b-01f8f69e57e9' };
const TEXT = '[ccci ab12] claim(api) 0123456789ab waits for your verdict.';

function signal(event: string, payload: Readonly<Record<string, unknown>>): Signal {
  return { event, atMs: 1000, payload };
}

function lines(slot: string, ...list: readonly object[]): Record<string, Signal> {
  return { [slot]: signal(slot, { lines: list, bytes: 900 }) };
}

const ENQUEUED = { type: 'queue-operation', operation: 'enqueue', content: TEXT };
const PICKED_UP = { type: 'attachment', attachment: { type: 'queued_command', prompt: TEXT, commandMode: 'prompt' } };

const rows: readonly {
  title: string;
  reason: string;
  log: Partial<SignalLog>;
  says: 'Taken' | 'Queued' | undefined;
}[] = [
  {
    title: 'its hook says that the prompt was submitted',
    reason: 'an idle session works on it now',
    log: { events: [signal('UserPromptSubmit', { ...SESSION, prompt: TEXT })] },
    says: 'Taken',
  },
  {
    title: 'its hook says that another prompt was submitted',
    reason: 'a task of its own that has ended is submitted in the same way',
    log: { events: [signal('UserPromptSubmit', { ...SESSION, prompt: '<task-notification>[ccci ab13]' })] },
    says: undefined,
  },
  {
    title: 'its transcript holds it in the queue',
    reason: 'a turn runs, and nobody has read it',
    log: { latest: lines('transcript', ENQUEUED) },
    says: 'Queued',
  },
  {
    title: 'a running tool turn has picked it up',
    reason: 'no hook fires then, only the transcript says so',
    log: { latest: lines('transcript', ENQUEUED, { type: 'queue-operation', operation: 'remove' }, PICKED_UP) },
    says: 'Taken',
  },
  {
    title: 'its transcript holds it as a message of the conversation',
    reason: 'it was read',
    log: {
      latest: lines('transcript', { type: 'user', message: { role: 'user', content: [{ type: 'text', text: TEXT }] } }),
    },
    says: 'Taken',
  },
  {
    title: 'its history holds it',
    reason: 'that is written at Enter, in a turn too',
    log: { latest: lines('history', { display: TEXT, pastedContents: {} }) },
    says: 'Queued',
  },
  {
    title: 'its history holds a paste that hides the text',
    reason: "it may be anybody's",
    log: { latest: lines('history', { display: '[Pasted text #1]' }) },
    says: undefined,
  },
  {
    title: 'a tool has printed it',
    reason: 'what a tool prints says nothing about what was submitted',
    log: { latest: lines('transcript', { message: { content: [{ type: 'tool_result', content: TEXT }] } }) },
    says: undefined,
  },
  {
    title: 'a payload that was cut',
    reason: 'nothing is known of it',
    log: { events: [{ event: 'UserPromptSubmit', atMs: 1000 }] },
    says: undefined,
  },
];

describe('whether claude took a message, when', () => {
  for (const { title, reason, log, says } of rows) {
    test(title, () => assert.equal(claudeAcceptance({ events: [], latest: {}, ...log }, 'ab12'), says, reason));
  }
});
