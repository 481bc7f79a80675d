import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known, unknown } from '#api/fact.ts';
import { foreignCommits, type ForeignLook } from '#cli/foreign-commits.ts';
import type { TimelineSource } from '#cli/read-timeline.ts';
import { gateTimeline } from '#cli/timeline-gates.ts';
import type { CommitSigner, GitReader } from '#drivers/git/git.ts';
import { ObjectSet } from '#observe/object-set.ts';

import { agentOf, commitsOf, objectOf } from '../../support/plan-input.ts';

const AGENTS = ['builder', 'adversary'].map((name) => {
  const { metadata, ...agent } = agentOf({ spec: { author: { name, email: `${name}@example.org` } } });
  return { ...agent, metadata: { ...metadata, name } };
});

/** The builder claims and answers itself; then the adversary says FAIL, which makes the forged PASS good. */
function history() {
  const [fail, forged, claim] = commitsOf(['claim(a): x', 'review(a): PASS', 'review(a): FAIL']);
  assert.ok(fail !== undefined && forged !== undefined && claim !== undefined);
  const author = { name: 'adversary', email: 'adversary@example.org' };
  return { claim, forged, commits: [claim, forged, { ...fail, author }] };
}

function gateOf(more: object = {}) {
  const spec = { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary', ...more };
  return objectOf('Gate', { name: 'handoff', spec });
}

function lookAt(signers: Awaited<ReturnType<GitReader['signers']>>): ForeignLook {
  const git = { signers: () => Promise.resolve(signers) };
  const world = { rig: { stateDir: '/state' }, tools: { readers: { git } } } as unknown as ForeignLook['world'];
  return { objects: new ObjectSet(AGENTS), commits: history().commits, world };
}

describe('in a timeline,', () => {
  test('a verdict by somebody else never counts, also when the right agent has spoken since', async () => {
    const { forged } = history();
    assert.deepEqual([...(await foreignCommits(gateOf(), lookAt(known({}))))], [forged.sha]);
  });

  test('with signatures the keys decide, not the names', async () => {
    const { claim, commits } = history();
    const good: CommitSigner = { state: 'Good', principal: 'adversary@example.org' };
    const signers = known(Object.fromEntries(commits.slice(1).map(({ sha }) => [sha, good])));
    const gate = gateOf({ requireSignature: { allowedSignersFile: '/allowed' } });
    assert.deepEqual([...(await foreignCommits(gate, lookAt(signers)))], [claim.sha]);
    const unread = await foreignCommits(gate, lookAt(unknown('SignersUnreadable', 'it is gone')));
    assert.deepEqual([...unread], [], 'what the status lists stands when nothing can be read');
  });

  test('a forged PASS makes no first pass, and a reminder no slow hand-off', () => {
    const { claim, forged, commits } = history();
    const told = (name: string, seconds: number) => ({
      ...{ name, agent: 'adversary', kind: 'Claim', gate: 'handoff', sha: claim.sha },
      seenAt: new Date(claim.committedAtMs).toISOString(),
      takenAt: new Date(claim.committedAtMs + seconds * 1000).toISOString(),
    });
    const source: TimelineSource = {
      ...{ objects: new ObjectSet(AGENTS), phases: [], events: [], unknown: [] },
      commits: new Map([['x', commits]]),
      foreign: new Map([['handoff', new Set([forged.sha])]]),
      handOffs: [told('claim', 1), told('reminder', 90)],
    };
    const { figures, entries } = gateTimeline(gateOf(), source);
    assert.equal(figures.firstPassRate, 0);
    assert.deepEqual(figures.commitToTaken, { count: 1, medianMs: 1000, p90Ms: 1000 });
    assert.match(entries[1]?.message ?? '', /does not count: not by the right agent/);
  });
});
