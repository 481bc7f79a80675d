import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { CliError } from '#cli/cli-error.ts';
import { clientCall } from '#cli/attach-session.ts';
import type { Difference } from '#cli/difference.ts';
import { encodeDifference } from '#cli/encode-difference.ts';
import { createPaint } from '#cli/paint.ts';
import { renderDifference } from '#cli/render-difference.ts';
import { renderStatus } from '#cli/render-status.ts';
import { renderError } from '#cli/report-error.ts';
import type { RigView } from '#cli/rig-view.ts';
import { starterFiles } from '#cli/starter-files.ts';
import { createTerminal } from '#cli/terminal.ts';
import { loadManifests } from '#load/load-manifests.ts';

const plain = createPaint(false);

const NOTHING: Difference = { store: [], actions: [], waiting: [], phases: [], unknown: {}, refused: [] };

const DIFFERENCE: Difference = {
  ...NOTHING,
  store: [
    {
      key: 'Gate/handoff',
      outcome: 'created',
      fields: [{ path: ['spec', 'claimant'], after: 'a\x1b[2J' }],
      before: undefined,
      after: {},
    },
    {
      key: 'Agent/builder',
      outcome: 'configured',
      fields: [
        { path: ['spec', 'backend', 'model'], before: 'sonnet', after: 'opus' },
        { path: ['spec', 'env', 0, 'value'], before: 'x' },
      ],
      before: {},
      after: {},
    },
    { key: 'Phase/old', outcome: 'pruned', fields: [], before: {}, after: undefined },
  ],
  actions: [
    {
      key: 'Agent/builder',
      mark: '~',
      what: 'restart session "b"',
      type: 'CreateSession',
      reason: 'LaunchDrift',
      message: 'it was launched with another model',
      blast: 'restart session',
    },
    {
      key: 'Agent/builder',
      mark: '+',
      what: 'tell adversary: look',
      type: 'CreateDelivery',
      reason: 'ClaimSeen',
      message: 'claim 1234 is for adversary',
      blast: 'none',
    },
  ],
  waiting: [
    { key: 'Agent/x', reason: 'SessionForeign', message: 'a session "x" is there', needsPerson: true },
    { key: 'Phase/2', reason: 'DependencyStale', message: 'waits' },
  ],
};

describe('a difference', () => {
  it('is nothing at all when there is none, although something is waited for', () => {
    assert.equal(renderDifference({ ...NOTHING, waiting: DIFFERENCE.waiting }, false, plain), '');
  });

  it('shows objects and fields, then acts with reason and blast radius, then what needs a person, then one line', () => {
    assert.equal(
      renderDifference(DIFFERENCE, false, plain),
      `In the store:
  + gate/handoff
      + spec.claimant: a\\x1b[2J
  ~ agent/builder
      ~ spec.backend.model: sonnet -> opus
      - spec.env[0].value: x
  - phase/old

In the live world:
  agent/builder
    ~ restart session "b"  [restart session]
        LaunchDrift: it was launched with another model
    + tell adversary: look
        ClaimSeen: claim 1234 is for adversary

Waits for a person:
  ! agent/x  SessionForeign: a session "x" is there

1 object to create, 1 object to change, 1 object to delete, 2 actions (1 restart session), 1 wait for a person, 1 other wait
`,
    );
  });

  it('lists every wait when asked to', () => {
    const text = renderDifference({ ...NOTHING, waiting: DIFFERENCE.waiting }, true, plain);
    assert.match(text, /^Waiting:\n {2}! agent\/x .*\n {2}\. phase\/2 {2}DependencyStale: waits\n/);
  });

  it('has a stable form for programs', () => {
    assert.deepEqual(Object.keys(encodeDifference(DIFFERENCE)), ['store', 'actions', 'waiting', 'unknown', 'refused']);
  });
});

const VIEW: RigView = {
  stateDir: '/s',
  at: '2030-01-31T18:00:00.000Z',
  needsPerson: [{ object: 'agent/x', reason: 'AwaitingInput', message: 'a dialog is open' }],
  controller: { running: true, pid: 7 },
  stopped: undefined,
  reboots: { count: 0, lastAt: undefined },
  sequences: [
    {
      name: 'main',
      current: '2',
      completedAt: undefined,
      phases: [
        {
          id: '1',
          state: 'Done',
          openedAt: '2030-01-31T16:00:00Z',
          doneAt: '2030-01-31T17:00:00Z',
          doneBy: undefined,
          troubles: [],
        },
        {
          id: '2',
          state: 'Current',
          openedAt: '2030-01-31T17:00:00Z',
          doneAt: undefined,
          doneBy: undefined,
          troubles: [],
        },
        { id: '3', state: 'Pending', openedAt: undefined, doneAt: undefined, doneBy: undefined, troubles: [] },
      ],
    },
  ],
  agents: [
    {
      name: 'builder',
      state: 'waiting',
      reason: 'Running',
      message: 'it runs',
      since: '2030-01-31T17:30:00Z',
      phase: '2',
      restarts: 1,
      waitingUntil: '2030-01-31T18:05:00Z',
      messages: '2 messages wait for 4m: SomebodyTyping',
      doing: undefined,
      session: 'b',
      pid: 9,
    },
  ],
  gates: [{ name: 'handoff', ready: 'True', reason: 'GateOpen', message: 'm', detail: 'recipes claimed' }],
  repositories: [],
  machines: [],
  warnings: [
    { about: 'Agent/builder', reason: 'SessionGone', message: 'gone\x1b[2J', at: '2030-01-31T17:59:00Z', count: 2 },
  ],
};

describe('the status of the rig', () => {
  it('tells what needs a person first, and everything on one screen', () => {
    assert.equal(
      renderStatus(VIEW, { paint: plain, columns: undefined }),
      `Needs you
  agent/x   AwaitingInput   a dialog is open

controller runs (pid 7)  /s
sequence main  1 done in 1h > 2 open 1h > 3

Agents
  builder   waiting   30m   phase 2   1 restart   until 18:05:00 UTC; 2 messages wait for 4m: SomebodyTyping

Gates
  handoff   GateOpen   recipes claimed

Last warnings
  1m   agent/builder   SessionGone   gone\\x1b[2J (2 times)
`,
    );
  });

  it('fits the width of the terminal', () => {
    const rows = renderStatus(VIEW, { paint: plain, columns: 40 })
      .split('\n')
      .filter((line) => line.startsWith('  '));
    assert.equal(rows.length, 4);
    for (const row of rows) assert.ok(row.length <= 40, row);
  });
});

describe('an error', () => {
  it('has one line for what failed and one for what to do, and no stack', () => {
    const error = new CliError('could not do "x"', { hint: 'do y' });
    assert.equal(renderError(error, false), 'error: could not do "x"\nhint: do y\n');
  });

  it('shows its stack and its cause only when asked to', () => {
    const text = renderError(new Error('a', { cause: new Error('b') }), true);
    assert.match(text, /^error: a\nError: a\n {4}at /);
    assert.match(text, /caused by: Error: b/);
  });
});

const COLOURS: readonly {
  reason: string;
  isTTY: boolean;
  environment: Record<string, string>;
  noColor: boolean;
  color: boolean;
}[] = [
  { reason: 'a terminal has them', isTTY: true, environment: {}, noColor: false, color: true },
  { reason: 'a pipe has none', isTTY: false, environment: {}, noColor: false, color: false },
  { reason: 'NO_COLOR', isTTY: true, environment: { NO_COLOR: '1' }, noColor: false, color: false },
  { reason: 'an empty NO_COLOR says nothing', isTTY: true, environment: { NO_COLOR: '' }, noColor: false, color: true },
  { reason: '--no-color', isTTY: true, environment: {}, noColor: true, color: false },
  { reason: 'a terminal that knows none', isTTY: true, environment: { TERM: 'dumb' }, noColor: false, color: false },
];

describe('colours', () => {
  for (const { reason, isTTY, environment, noColor, color } of COLOURS)
    it(`are ${color ? 'on' : 'off'}: ${reason}`, () => {
      const stream = { isTTY, write: () => true };
      assert.equal(createTerminal({ stdout: stream, stderr: stream }, environment, noColor).color, color);
    });
});

describe('attaching', () => {
  const settings = { stateDir: '/s', tmuxSocket: '/t', tmuxConfig: undefined, logLevel: 'info' };

  it('goes to the server of the rig, also from within another one', () => {
    const { argv, environment } = clientCall('$3', true, {
      settings,
      environment: { TMUX: '/other,1,0', PATH: '/bin' },
    });
    assert.deepEqual(argv, ['-u', '-S', '/t', 'attach-session', '-r', '-t', '$3']);
    assert.deepEqual(environment, { PATH: '/bin' });
  });

  it('switches over within the same server', () => {
    const { argv } = clientCall('$3', false, { settings, environment: { TMUX: '/t,1,0' } });
    assert.deepEqual(argv, ['-u', '-S', '/t', 'switch-client', '-t', '$3']);
  });
});

describe('the starter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ccci-test-starter "quoted" '));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is valid as it is, also in a folder with spaces and quotes', async () => {
    const { mkdir, writeFile } = await import('node:fs/promises');
    await mkdir(join(folder, 'prompts'));
    for (const [name, text] of starterFiles(folder)) await writeFile(join(folder, name), text);
    const loaded = await loadManifests([folder], { cwd: folder });
    assert.ok('objects' in loaded, JSON.stringify(loaded));
    assert.equal(loaded.objects.length, 5);
  });
});
