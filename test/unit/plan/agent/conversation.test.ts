import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { ConversationView } from '#observe/observe-conversation.ts';
import { conversationFor, type ResumedConversation } from '#plan/agent/conversation.ts';

import { agentOf, caseOf, NOW_MS, paneOf, seenOf } from '../../../support/plan-input.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const FREE = known({ id: ID, isOpen: false });

type Row = {
  title: string;
  reason: string;
  cause?: string;
  own?: object | undefined;
  named?: object;
  seen?: Fact<ConversationView>;
  elsewhere?: readonly string[];
  restarts?: number;
  screen?: string;
  want: ResumedConversation;
};

const rows: readonly Row[] = [
  { title: 'a death', reason: 'it goes on where it was', want: { id: ID } },
  {
    title: 'a launch that differs from the manifest',
    reason: 'nothing was wrong with its conversation',
    cause: 'LaunchDrift',
    want: { id: ID },
  },
  { title: 'a stall', reason: 'the conversation may be what it is stuck in', cause: 'StalledNoMarker', want: {} },
  { title: 'a full context', reason: 'room is what it lacks', cause: 'ContextFull', want: {} },
  { title: 'an order to restart', reason: 'a person wants it anew', cause: 'OperatorRestart', want: {} },
  { title: 'another phase', reason: 'each phase begins afresh', own: { id: ID, phaseId: '1' }, want: {} },
  {
    title: 'a conversation that somebody has open',
    reason: 'two writers would mix',
    seen: known({ id: ID, isOpen: true }),
    want: {},
  },
  { title: 'a conversation that another agent has open', reason: 'two writers would mix', elsewhere: [ID], want: {} },
  { title: 'a conversation that is not kept', reason: 'there is nothing to go on with', seen: ABSENT, want: {} },
  {
    title: 'a conversation that can not be looked at',
    reason: 'unknown is not safe',
    seen: unknown('FileUnreadable', 'no permission'),
    want: {},
  },
  {
    title: 'a look at another conversation',
    reason: 'it says nothing about this one',
    seen: known({ id: OTHER, isOpen: false }),
    want: {},
  },
  { title: 'the third death in a row', reason: 'the conversation may be what it dies of', restarts: 2, want: {} },
  {
    title: 'a first start',
    reason: 'the manifest names one',
    cause: 'NotStarted',
    own: undefined,
    named: { id: OTHER },
    want: { id: OTHER },
  },
  {
    title: 'a first start without a name',
    reason: 'a fresh one is begun',
    cause: 'NotStarted',
    own: undefined,
    want: {},
  },
  {
    title: 'a history that is gone',
    reason: 'asking for it again would end the same way',
    own: undefined,
    named: { id: OTHER },
    screen: `No conversation found with session ID: ${OTHER}\n\nPane is dead (status 1)`,
    want: {},
  },
];

describe('the conversation of a start after', () => {
  for (const row of rows) {
    test(`${row.title}: ${row.reason}`, () => {
      const { cause = 'ProcessExited', named, seen = FREE, elsewhere = [], restarts = 0, screen } = row;
      const own = 'own' in row ? row.own : { id: ID };
      const restart = {
        at: new Date(NOW_MS - 60_000).toISOString(),
        reason: 'ProcessExited',
        message: '',
        counted: true,
      };
      const agent = agentOf({
        spec: {
          backend: { type: 'claude', ...(named === undefined ? {} : { resume: named }) },
          prompt: { inline: 'Go.' },
        },
        status: {
          ...(own === undefined ? {} : { conversation: own }),
          restarts: { count: restarts, recent: Array.from({ length: restarts }, () => restart) },
        },
      });
      const dead = { pane: paneOf({ dead: true, deadStatus: 1 }), process: ABSENT };
      const related = { openConversations: elsewhere };
      const at = caseOf(
        agent,
        seenOf({ ...dead, conversation: seen, related, ...(screen === undefined ? {} : { screen: known(screen) }) }),
      );
      assert.deepEqual(conversationFor(at, cause), row.want);
    });
  }
});
