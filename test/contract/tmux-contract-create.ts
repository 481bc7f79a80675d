import assert from 'node:assert/strict';
import { PreconditionFailed } from '#api/errors.ts';
import { HOSTILE_TEXTS, paneOf, panesOf, request, type TmuxRow } from './tmux-contract-row.ts';

/** Names that tmux keeps, and that a careless driver gets wrong. */
const KEPT_NAMES = [
  'a b',
  "it's",
  '"q"',
  '`id`',
  '$(id)',
  '#{pid}',
  '#(id)',
  '##',
  'a#[x]',
  '-x',
  '=x',
  '$1',
  '@1',
  '%1',
].concat(['x;', ';', '{a}', '~', '!', '*', '[ab]', '%H', 'naïve \u{1f916}', '|', '/', ' lead', 'trail ']);

/** Names that tmux would change. */
const CHANGED_NAMES = [
  '',
  'a.b',
  'a:b',
  'a\\b',
  '$HOME',
  '$' + '{x}',
  'a\nb',
  'a\tb',
  '\u0007',
  '\u0085',
  '\u{2028}',
  '\ud800',
];

/** Promises about new sessions. */
export const CREATE_ROWS: readonly TmuxRow[] = [
  {
    title: 'a name that is taken fails the precondition and changes nothing',
    test: async (under) => {
      const created = await under.writer.createSession(request(under, { marks: { rig: 'first' } }));
      const again = request(under, { marks: { rig: 'second' } });
      await assert.rejects(under.writer.createSession(again), PreconditionFailed);
      assert.equal((await panesOf(under)).length, 1);
      assert.deepEqual((await paneOf(under, created)).marks, { rig: 'first' });
    },
  },
  {
    title: 'a name that begins like another one is another session',
    test: async (under) => {
      const long = await under.writer.createSession(request(under, { name: 'ccci-test-ab', marks: { agent: 'ab' } }));
      const short = await under.writer.createSession(request(under, { name: 'ccci-test-a', marks: { agent: 'a' } }));
      await under.writer.killSession(short);
      assert.deepEqual((await paneOf(under, long)).marks, { agent: 'ab' });
      await assert.rejects(under.writer.mark(short, { agent: 'x' }), PreconditionFailed);
      await assert.rejects(under.writer.killSession(short), PreconditionFailed);
      assert.deepEqual((await paneOf(under, long)).marks, { agent: 'ab' });
    },
  },
  {
    title: 'of two at the same moment with one name, one is made',
    test: async (under) => {
      await under.others.newSession('ccci-test-foreign');
      const both = [under.writer.createSession(request(under)), under.writer.createSession(request(under))];
      const ends = await Promise.allSettled(both);
      assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal((await panesOf(under)).length, 2);
    },
  },
  {
    title: 'hostile session names survive, and marks land on the session that was just made',
    test: async (under) => {
      await under.others.newSession('ccci-test-foreign');
      for (const name of KEPT_NAMES) {
        assert.equal(under.reader.isSessionName(name), true, name);
        const created = await under.writer.createSession(request(under, { name, marks: { rig: name } }));
        const pane = await paneOf(under, created);
        assert.equal(pane.sessionName, name);
        assert.deepEqual(pane.marks, { rig: name });
      }
      const panes = await panesOf(under);
      assert.equal(panes.length, KEPT_NAMES.length + 1);
      for (const pane of panes.filter(({ sessionName }) => sessionName !== 'ccci-test-foreign')) {
        assert.deepEqual(pane.marks, { rig: pane.sessionName });
      }
    },
  },
  {
    title: 'names that tmux would change are refused',
    test: async (under) => {
      for (const name of CHANGED_NAMES) {
        assert.equal(under.reader.isSessionName(name), false, JSON.stringify(name));
        await assert.rejects(under.writer.createSession(request(under, { name })), /could not create tmux session/);
      }
      assert.deepEqual(await under.reader.view(), { state: 'absent' });
    },
  },
  {
    title: 'a command without an absolute path is refused',
    test: async (under) => {
      await assert.rejects(under.writer.createSession(request(under, { argv: ['sleep', '9'] })), /absolute path/);
      await assert.rejects(under.writer.createSession(request(under, { argv: [] })), /absolute path/);
      assert.deepEqual(await under.reader.view(), { state: 'absent' });
    },
  },
  {
    title: 'arguments reach the program byte for byte, and it is the process of the pane',
    test: async (under) => {
      const args = HOSTILE_TEXTS.map(({ text }) => text).concat('', '-');
      const recorder = await under.programs.recorder({ args });
      const created = await under.writer.createSession(request(under, { argv: recorder.argv }));
      const started = await recorder.started();
      assert.deepEqual(started.args, args);
      assert.equal(started.pid, created.panePid);
      const process = await under.processes.read(created.panePid);
      assert.deepEqual(process.state === 'known' && process.value.argv, recorder.argv);
    },
  },
];
