import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { escapeArgument, escapeFormat, isSessionName, literalText, quoteForCommand } from '#drivers/tmux/tmux-text.ts';

describe('text on its way to tmux', () => {
  it('keeps a final ; from being taken for a separator', () => {
    const rows = [
      ['plain', 'plain'],
      ['', ''],
      ['a;b', 'a;b'],
      ['a;', 'a\\;'],
      [';', '\\;'],
      ['a\\;', 'a\\\\;'],
      ['a;;', 'a;\\;'],
    ];
    for (const [text = '', want] of rows) assert.equal(escapeArgument(text), want);
  });

  it('doubles each # that a format would take, and leaves styles as they are', () => {
    const rows = [
      ['#{pid}', '##{pid}'],
      ['#(id)', '##(id)'],
      ['#', '##'],
      ['a##b', 'a####b'],
      ['#[x]', '#[x]'],
      ['##[x]', '##[x]'],
      ['%H', '%H'],
    ];
    for (const [text = '', want] of rows) assert.equal(escapeFormat(text), want);
  });

  it('is quoted so that nothing but plain characters and \\ooo stands between the quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quoted = quoteForCommand(text);
        assert.match(quoted, /^"(?:[\w@%./-]|\\[0-3][0-7]{2})*"$/);
        const bytes = quoted
          .slice(1, -1)
          .replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
        assert.deepEqual(Buffer.from(bytes, 'latin1'), Buffer.from(text, 'utf8'));
      }),
    );
  });

  it('has no control characters but tab and newline once it is literal, and stays then as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const literal = literalText(text);
        assert.doesNotMatch(literal, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        assert.equal(literalText(literal), literal);
      }),
    );
  });

  it('is a session name only when it has nothing that tmux rewrites', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        if (isSessionName(name)) assert.doesNotMatch(name, /[.:\\\u0000-\u001f\u007f-\u009f]|^$|\$[A-Za-z_{]/);
      }),
    );
    assert.equal(isSessionName('x'.repeat(200)), true);
    assert.equal(isSessionName('x'.repeat(201)), false);
  });
});
