import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { planAgent } from '#plan/plan-agent.ts';

import { agentOf, NOW_MS, objectOf, seenOf } from '../../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const [FIRST, SECOND] = ['a1'.repeat(20), 'b2'.repeat(20)];

function told(blob: string) {
  const spec = {
    agentRef: { name: 'builder' },
    nonce: 'n',
    cause: { kind: 'Inbox', blob },
    text: 'Read.',
    createdAt: AT,
  };
  return objectOf('Delivery', { name: `told-${blob.slice(0, 4)}`, spec });
}

function decide(
  file: Fact<string> | undefined,
  blobs: readonly string[],
  { commit = 'c'.repeat(40), fetchedAt = AT }: { commit?: string; fetchedAt?: string } = {},
) {
  const spec = { inbox: 'BUILDER-INBOX.md', repositoryRef: { name: 'x' } };
  const url = 'https://git.example.org/x.git';
  const repository = objectOf('Repository', { name: 'x', spec: { url }, status: { commit, fetchedAt } });
  const seen = seenOf({ inbox: file, related: { repository, deliveries: blobs.map(told) } });
  const plan = planAgent(agentOf({ spec }), seen, { wallMs: NOW_MS, id: 'fresh1' });
  return plan.actions.filter(({ type }) => type === 'CreateDelivery' || type === 'SettleDelivery');
}

const rows: readonly { title: string; reason: string; file: Fact<string>; told: string[]; does: string[] }[] = [
  { title: 'a file that appears', reason: 'nobody was told', file: known(FIRST), told: [], does: ['CreateDelivery'] },
  { title: 'a file that was told of', reason: 'once for each version', file: known(FIRST), told: [FIRST], does: [] },
  {
    title: 'a file with another content',
    reason: 'the older version is no matter any more',
    file: known(SECOND),
    told: [FIRST],
    does: ['SettleDelivery', 'CreateDelivery'],
  },
  { title: 'a file that is gone', reason: 'it was read', file: ABSENT, told: [FIRST], does: ['SettleDelivery'] },
  {
    title: 'a mirror that can not be read',
    reason: 'unknown is not gone',
    file: unknown('MirrorMissing', 'there is no mirror'),
    told: [FIRST],
    does: [],
  },
];

describe('of an inbox,', () => {
  for (const { title, reason, file, told: blobs, does } of rows) {
    test(title, () => {
      const actions = decide(file, blobs);
      assert.deepEqual(
        actions.map(({ type }) => type),
        does,
        reason,
      );
    });
  }

  test('the same content that comes again at a later commit is another message', () => {
    const [[first], [again]] = [decide(known(FIRST), []), decide(known(FIRST), [], { commit: 'd'.repeat(40) })];
    assert.ok(first?.type === 'CreateDelivery' && again?.type === 'CreateDelivery');
    assert.notEqual(first.name, again.name);
    assert.match(first.spec.text, /^BUILDER-INBOX\.md at commit cccccccccccc is a message for you\./);
  });

  test('the same commit that the branch is set back to is another message: the first one is settled for good', () => {
    const later = new Date(NOW_MS + 60_000).toISOString();
    const [[first], [again]] = [decide(known(FIRST), []), decide(known(FIRST), [], { fetchedAt: later })];
    assert.ok(first?.type === 'CreateDelivery' && again?.type === 'CreateDelivery');
    assert.notEqual(first.name, again.name);
  });
});
