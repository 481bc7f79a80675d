import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { redactScreen } from '#backends/redact-screen.ts';
import { ScreenChanges } from '#controller/screen-changes.ts';
import { keepUnknownScreen, readUnknownScreen } from '#controller/unknown-screens.ts';

import { FakeFiles } from '../../fakes/fake-files.ts';
import { agentOf } from '../../support/plan-input.ts';
import { readScreen } from '../../support/screens.ts';

const SECRETS = [
  'ANTHROPIC key sk-ant-api03-abcdefghijklmnop',
  'ghp_abcdefghijklmnop1234',
  'Authorization: Bearer abc.def.ghi',
  'https://user:hunter2@git.example.org/x.git',
  'DB_PASSWORD=hunter2',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln',
  'mail me at somebody@example.org',
  'key 0123456789abcdef0123456789abcdef01234567',
];

describe('a screen that is kept', () => {
  for (const line of SECRETS) {
    test(`does not hold what stands in "${line.slice(0, 24)}..."`, () => {
      const text = redactScreen(line);
      assert.notEqual(text, line);
      assert.doesNotMatch(text, /hunter2|abcdefghijklmnop|abc\.def|c2ln|somebody@|0123456789abcdef/);
    });
  }

  test('names nobody by a home folder', () => assert.equal(redactScreen('/home/mary/project'), '~/project'));

  test('keeps its words and rules', () => {
    const screen = readScreen('claude', 'bypass-permissions-warning');
    const kept = redactScreen(screen);
    assert.match(kept, /Yes, I accept/);
    assert.match(kept, /─{10,}/);
  });
});

describe('the archive of screens', () => {
  const tools = (files: FakeFiles) => ({
    files,
    stateDir: '/state',
    hash: (text: string) => text.replaceAll(/\W/g, ''),
  });
  const sighting = (steady: string, at: string) => ({ backend: 'claude', screen: steady, steady, at });

  test('counts what comes up again', async () => {
    const files = new FakeFiles();
    for (const minute of ['01', '02', '03'])
      await keepUnknownScreen(sighting('new', `2026-03-01T10:${minute}:00Z`), tools(files));
    const kept = await readUnknownScreen('/state/screens/claude/new.json', files);
    assert.deepEqual([kept?.count, kept?.firstAt, kept?.lastAt], [3, '2026-03-01T10:01:00Z', '2026-03-01T10:03:00Z']);
  });

  test('holds no more than 50 per program; the one that was seen longest ago makes room', async () => {
    const files = new FakeFiles();
    for (let n = 10; n < 70; n += 1) {
      await keepUnknownScreen(
        sighting(`screen${n}`, `2026-03-01T10:00:${String(n - 10).padStart(2, '0')}Z`),
        tools(files),
      );
    }
    const names = await files.list('/state/screens/claude');
    assert.equal(names.length, 50);
    assert.ok(names.includes('screen69.json') && !names.includes('screen10.json'));
  });
});

describe('looks at all screens', () => {
  const SESSION = { name: 'builder', id: '$1', paneId: '%1', panePid: 100, paneStartTime: 7, serverPid: 50 };
  const spec = { backend: { type: 'claude' }, prompt: { inline: 'Build it.' } };

  async function lookAt(screens: readonly string[], name = 'Unknown') {
    let shown = '';
    const told: string[] = [];
    const state = { name, since: '2026-03-01T10:00:00Z', source: 'Signals' as const, evidence: '' };
    const agent = agentOf({ spec, status: { session: SESSION, state } });
    const changes = new ScreenChanges(
      { capture: async () => known(shown) },
      async (_agent, { screen }) => void told.push(screen),
    );
    const keys: string[][] = [];
    for (const screen of screens) {
      shown = screen;
      keys.push([...(await changes.look([agent]))]);
    }
    return { keys: keys.map((each) => each.length), told };
  }

  const idle = readScreen('claude', 'compacted');
  const dialog = readScreen('claude', 'bypass-permissions-warning');
  const strange = '● working\n\ngarbled @@@@ ####\n';

  test('tell an agent whose screen means something else', async () => {
    assert.deepEqual((await lookAt([idle, idle, dialog, dialog, idle])).keys, [1, 0, 1, 0, 1]);
  });

  test('leave out a program whose screen has no known shape', async () => {
    const agent = agentOf({ status: { session: SESSION } });
    const changes = new ScreenChanges({ capture: async () => known('a line') });
    assert.deepEqual(await changes.look([agent]), []);
  });

  test('tell of a screen that nobody knows, once each time that it stays', async () => {
    const { told } = await lookAt([strange, strange, strange, idle, strange, idle, strange, strange]);
    assert.equal(told.length, 2, 'one that is there for a single look may only be being drawn');
  });

  // Words of a message that goes on, above an input that is open.
  const streaming = `● I will now look at\n\n${'─'.repeat(40)}\n❯ \n${'─'.repeat(40)}\n`;

  test('do not count a text that streams as unknown when the program says that its turn runs', async () => {
    assert.equal((await lookAt([streaming, streaming], 'Busy')).told.length, 0);
    assert.equal((await lookAt([streaming, streaming], 'Unknown')).told.length, 1, 'nothing explains it');
    assert.equal((await lookAt([strange, strange], 'Busy')).told.length, 1, 'its input is not found either');
  });
});
