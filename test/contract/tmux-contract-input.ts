import assert from 'node:assert/strict';
import { PreconditionFailed } from '#api/errors.ts';
import { HOSTILE_TEXTS, paneOf, recorded, request, untilDead, untilInput, type TmuxRow } from './tmux-contract-row.ts';

const pasted = (text: string): string => `\u001b[200~${text}\u001b[201~`;

/** Promises about text, keys and the screen. */
export const INPUT_ROWS: readonly TmuxRow[] = [
  {
    title: 'hostile texts are pasted byte for byte, one paste each',
    test: async (under) => {
      const { session, recorder } = await recorded(under);
      for (const { text } of HOSTILE_TEXTS) await under.writer.paste(session, text);
      await under.writer.paste(session, 'the end');
      const input = await untilInput(under, recorder, pasted('the end'));
      assert.equal(input, [...HOSTILE_TEXTS.map(({ text }) => pasted(text)), pasted('the end')].join(''));
    },
  },
  {
    title: 'a text of 100 KB is pasted whole',
    test: async (under) => {
      const { session, recorder } = await recorded(under);
      const text = Array.from({ length: 2500 }, (_, line) => `${line} "$(id)" \u{1f916} ${'x'.repeat(24)}`).join('\n');
      assert.ok(Buffer.byteLength(text) > 100_000);
      await under.writer.paste(session, text);
      assert.ok((await untilInput(under, recorder, '201~')) === pasted(text), 'every byte must arrive');
    },
  },
  {
    title: 'control characters are pasted as pictures, so that no text can end its own paste or press a key',
    test: async (under) => {
      const { session, recorder } = await recorded(under);
      await under.writer.paste(session, 'a\u001b[201~\u0003\r\nb\rc\u007f\u009bd');
      const safe = 'a\u{241b}[201~\u{2403}\nb\nc\u{2421}\u{fffd}d';
      assert.equal(await untilInput(under, recorder, '\u001b[201~'), pasted(safe));
    },
  },
  {
    title: 'an empty text types nothing',
    test: async (under) => {
      const { session, recorder } = await recorded(under);
      await under.writer.paste(session, '');
      await under.writer.paste(session, 'x');
      assert.equal(await untilInput(under, recorder, '201~'), pasted('x'));
    },
  },
  {
    title: 'keys arrive by name',
    test: async (under) => {
      const { session, recorder } = await recorded(under);
      await under.writer.sendKeys(session, ['a', ';', '-', 'Enter', 'C-c', 'Escape']);
      assert.equal(await untilInput(under, recorder, '\u001b'), 'a;-\r\u0003\u001b');
    },
  },
  {
    title: 'text and keys reach the program although somebody scrolls in its pane',
    test: async (under) => {
      const { session, recorder } = await recorded(under);
      await under.others.scroll(session.paneId);
      assert.equal((await paneOf(under, session)).inMode, true);
      await under.writer.paste(session, 'ping');
      assert.equal((await paneOf(under, session)).inMode, false);
      await under.others.scroll(session.paneId);
      await under.writer.sendKeys(session, ['Enter']);
      assert.equal(await untilInput(under, recorder, '\r'), `${pasted('ping')}\r`);
    },
  },
  {
    title: 'a dead pane takes neither text nor keys',
    test: async (under) => {
      const created = await under.writer.createSession(request(under, { argv: under.programs.exits(0) }));
      await untilDead(under, created);
      await assert.rejects(under.writer.paste(created, 'x'), PreconditionFailed);
      await assert.rejects(under.writer.sendKeys(created, ['Enter']), PreconditionFailed);
      await under.writer.mark(created, { rig: 'r' });
    },
  },
  {
    title: 'the screen shows what the program wrote, without what stands right of it or below',
    test: async (under) => {
      const { session } = await recorded(under);
      const screen = await under.eventually('the screen has its text', async () => {
        const text = await under.reader.capture(session.paneId);
        return text.state === 'known' && text.value !== '' && text.value;
      });
      assert.equal(screen, 'ready');
      assert.deepEqual(await under.reader.capture(session.paneId, { history: true }), {
        state: 'known',
        value: 'ready',
      });
      assert.deepEqual(await under.reader.capture('%77'), { state: 'absent' });
    },
  },
  {
    title: 'screens that are asked for at once are each their own, also when a pane among them is gone',
    test: async (under) => {
      const { session } = await recorded(under);
      await under.eventually('the screen has its text', async () => {
        const text = await under.reader.capture(session.paneId);
        return text.state === 'known' && text.value === 'ready';
      });
      const asked = [session.paneId, '%77', session.paneId, session.paneId];
      const screens = await Promise.all(asked.map((paneId) => under.reader.capture(paneId)));
      const ready = { state: 'known', value: 'ready' };
      assert.deepEqual(screens, [ready, { state: 'absent' }, ready, ready]);
      const two = await Promise.all([under.reader.capture(session.paneId), under.reader.capture(session.paneId)]);
      assert.deepEqual(two, [ready, ready]);
    },
  },
];
