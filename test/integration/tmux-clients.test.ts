import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createTmux } from '#drivers/tmux/real-tmux.ts';
import type { ClientView } from '#drivers/tmux/tmux.ts';

import { eventually } from '../support/eventually.ts';
import { startPrivateTmux, type PrivateTmux } from '../support/tmux.ts';

const AGENT = 'ccci-test-agent';
const PERSON = 'ccci-test-person';

describe('the persons that a look at tmux shows', () => {
  test('are those who are attached, with their last key', async () => {
    const machine = await startPrivateTmux();
    try {
      await machine.run('new-session', '-d', '-s', AGENT, '--', '/bin/cat');
      assert.deepEqual(await clientsOf(machine), []);
      await attach(machine, []);
      const [client] = await eventually('a person is attached', async () => nonEmpty(await clientsOf(machine)));
      assert.equal(client?.isReadOnly, false);
      assert.notEqual(client?.name, '');
      await eventually('a later key is seen', async () => {
        await machine.run('send-keys', '-t', `=${PERSON}:`, 'x');
        return ((await clientsOf(machine))[0]?.activeAtMs ?? 0) > (client?.activeAtMs ?? 0);
      });
    } finally {
      await machine.end();
    }
  });

  test('say who only looks on', async () => {
    const machine = await startPrivateTmux();
    try {
      await machine.run('new-session', '-d', '-s', AGENT, '--', '/bin/cat');
      await attach(machine, ['-r']);
      const [client] = await eventually('somebody looks on', async () => nonEmpty(await clientsOf(machine)));
      assert.equal(client?.isReadOnly, true);
    } finally {
      await machine.end();
    }
  });

  test('are no programs: a control client is nobody', async () => {
    const machine = await startPrivateTmux();
    try {
      await machine.run('new-session', '-d', '-s', AGENT, '--', '/bin/cat');
      await machine.run('new-session', '-d', '-s', PERSON, ...inTmux(machine, ['-C'], []));
      await eventually('the program is attached', async () => (await machine.run('list-clients')).includes(AGENT));
      assert.deepEqual(await clientsOf(machine), []);
    } finally {
      await machine.end();
    }
  });
});

// A session whose program is a tmux client: its pane is the terminal of the person.
async function attach(machine: PrivateTmux, flags: readonly string[]): Promise<void> {
  await machine.run('new-session', '-d', '-s', PERSON, '-x', '80', '-y', '24', ...inTmux(machine, [], flags));
}

function inTmux({ socketPath }: PrivateTmux, before: readonly string[], flags: readonly string[]): readonly string[] {
  const client = ['tmux', ...before, '-S', socketPath, 'attach', ...flags, '-t', `=${AGENT}`];
  return ['--', '/usr/bin/env', '-u', 'TMUX', 'TERM=screen', ...client];
}

async function clientsOf({ socketPath, environment, folder }: PrivateTmux): Promise<readonly ClientView[]> {
  const { reader } = createTmux({
    socket: { path: socketPath },
    configFile: '/dev/null',
    environment,
    channel: folder,
  });
  const view = await reader.view();
  assert.equal(view.state, 'known', 'tmux answers');
  const panes = view.state === 'known' ? view.value.panes : [];
  return panes.find(({ sessionName }) => sessionName === AGENT)?.clients ?? [];
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
