import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ABSENT, known } from '#api/fact.ts';
import { runChecks, type DoctorWorld } from '#cli/doctor-checks.ts';
import { keepUnknownScreen } from '#controller/unknown-screens.ts';
import type { StoredObject } from '#store/store.ts';

import { FakeFiles } from '../../fakes/fake-files.ts';

const VERSIONS: Readonly<Record<string, string>> = { tmux: '3.3a', git: '2.39.5', claude: '2.1.197' };

function world(given: Partial<DoctorWorld> & { versions?: Readonly<Record<string, string>> } = {}): DoctorWorld {
  const { versions = VERSIONS, ...more } = given;
  return {
    agents: [],
    programs: (path = '/usr/bin') => ({
      find: async (name) => {
        const version = path === '/nowhere' ? undefined : versions[name];
        return version === undefined ? ABSENT : known({ path: `${path}/${name}`, version });
      },
    }),
    files: new FakeFiles(),
    stateDir: '/state',
    backends: ['claude'],
    ...more,
  };
}

function agent(state: object, conditions: readonly object[] = []): StoredObject {
  return {
    kind: 'Agent',
    metadata: { name: 'builder' },
    spec: { backend: { type: 'claude' } },
    status: { session: { id: '$1' }, state, conditions },
  } as unknown as StoredObject;
}

async function results(given: DoctorWorld): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await runChecks(given)).map(({ check, result }) => [check, result]));
}

test('all is well when everything is installed and every screen is known', async () => {
  const heard = agent({ name: 'Busy', isHeard: true });
  assert.deepEqual(await results(world({ agents: [heard] })), {
    tmux: 'ok',
    git: 'ok',
    claude: 'ok',
    'agent/builder': 'ok',
    screens: 'ok',
  });
});

test('a program that is missing fails, with what installs the covered version', async () => {
  const checks = await runChecks(world({ versions: { tmux: '3.3a', git: '2' } }));
  const claude = checks.find(({ check }) => check === 'claude');
  assert.equal(claude?.result, 'failed');
  assert.match(claude.fix ?? '', /npm install -g @anthropic-ai\/claude-code@\d/);
});

test('a program is looked for where its agents look for it', async () => {
  const own = (name: string, value: string) =>
    ({
      ...agent({ name: 'Exited' }),
      metadata: { name },
      spec: { backend: { type: 'claude' }, env: [{ name: 'PATH', value }] },
    }) as unknown as StoredObject;
  const agents = [own('a', '/opt/bin'), own('b', '/opt/bin'), own('c', '/nowhere')];
  const checks = (await runChecks(world({ agents }))).filter(({ check }) => check === 'claude');
  assert.deepEqual(
    checks.map(({ result, message }) => [result, message]),
    [
      ['ok', '2.1.197 at /opt/bin/claude'],
      ['failed', 'it is not on the PATH of its manifest, /nowhere'],
    ],
  );
});

test('another version is a warning: it goes on with care', async () => {
  assert.equal((await results(world({ versions: { ...VERSIONS, claude: '9.0.0' } })))['claude'], 'warning');
});

test('a running agent whose channels are silent fails, with what starts it with them', async () => {
  const checks = await runChecks(world({ agents: [agent({ name: 'Idle' })] }));
  assert.deepEqual(
    checks.filter(({ result }) => result === 'failed').map(({ check, fix }) => [check, fix]),
    [['agent/builder', 'ccci restart builder']],
  );
});

test('an agent whose channels contradict each other fails', async () => {
  const conditions = [
    { type: 'StateContradicted', status: 'True', reason: 'StateContradicted', message: 'they differ' },
  ];
  const checks = await runChecks(world({ agents: [agent({ name: 'Busy', isHeard: true }, conditions)] }));
  assert.ok(checks.some(({ result, message }) => result === 'failed' && message === 'they differ'));
});

test('screens that nobody knows are counted, with the folder that keeps them', async () => {
  const files = new FakeFiles();
  const tools = { files, stateDir: '/state', hash: (text: string) => String(text.length) };
  const at = '2026-03-01T10:00:00Z';
  for (const screen of ['New dialog?', 'New dialog?', 'Another one'])
    await keepUnknownScreen({ backend: 'claude', screen, steady: `${screen}${screen.length}`, at }, tools);
  const found = (await runChecks(world({ files }))).find(({ check }) => check === 'screens');
  assert.equal(found?.result, 'warning');
  assert.match(found.message, /3 times in all: \/state\/screens\/claude/);
});
