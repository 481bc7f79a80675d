import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, type Fact } from '#api/fact.ts';
import { PaneChanges } from '#controller/pane-changes.ts';
import type { PaneView, TmuxView } from '#drivers/tmux/tmux.ts';

type Agents = Parameters<PaneChanges['take']>[1];

const agents = ['a', 'b'].map((name) => ({ metadata: { name }, spec: { session: `s-${name}` } })) as unknown as Agents;

function pane(name: string, more: Partial<PaneView> = {}): PaneView {
  const ids = { sessionId: `$${name}`, paneId: `%${name}`, panePid: 100 };
  const marks = { rig: 'r', agent: name, incarnation: '1' };
  return { ...ids, sessionName: `s-${name}`, dead: false, inMode: false, attachedClients: 0, marks, ...more };
}

function view(...panes: readonly PaneView[]): Fact<TmuxView> {
  return known({ serverPid: 1, panes });
}

const both = view(pane('a'), pane('b'));

const rows: { title: string; reason: string; next: Fact<TmuxView>; changed: readonly string[] }[] = [
  { title: 'nothing changes', reason: 'nobody has to be looked at', next: both, changed: [] },
  { title: 'a pane dies', reason: 'only its agent', next: view(pane('a', { dead: true }), pane('b')), changed: ['a'] },
  { title: 'a session ends', reason: 'only its agent', next: view(pane('b')), changed: ['a'] },
  {
    title: 'a session is renamed',
    reason: 'marks tell whose it is',
    next: view(pane('a', { sessionName: 'x' }), pane('b')),
    changed: ['a'],
  },
  {
    title: 'a session without marks is made',
    reason: 'it can be anybody, only its process knows',
    next: view(pane('a'), pane('b'), pane('x', { marks: {} })),
    changed: ['a', 'b'],
  },
  {
    title: 'a session of another rig takes the name of an agent',
    reason: 'its agent has to say so',
    next: view(pane('a'), pane('b'), pane('x', { sessionName: 's-b', marks: { rig: 'other', agent: 'z' } })),
    changed: ['b'],
  },
  {
    title: 'a person attaches',
    reason: 'that changes nothing for anybody',
    next: view(pane('a', { attachedClients: 1 }), pane('b')),
    changed: [],
  },
  { title: 'the server is gone', reason: 'everybody', next: ABSENT, changed: ['a', 'b'] },
  {
    title: 'another server answers',
    reason: 'everybody',
    next: known({ serverPid: 2, panes: [pane('a'), pane('b')] }),
    changed: ['a', 'b'],
  },
];

describe('Whose panes have changed', () => {
  for (const { title, reason, next, changed } of rows) {
    test(`when ${title}`, () => {
      const changes = new PaneChanges();
      changes.take(both, agents);
      assert.deepEqual(
        changes.take(next, agents).map(({ metadata }) => metadata.name),
        changed,
        reason,
      );
    });
  }

  test('is everybody at the first look', () => {
    assert.equal(new PaneChanges().take(both, agents).length, 2);
  });
});
