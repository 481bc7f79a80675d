import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MARK_NAMES, parsePanes } from '#drivers/tmux/pane-format.ts';

type Line = { readonly name: string; readonly marks: readonly string[]; readonly pid: number };

/** What tmux prints for such a pane. */
function printed({ name, marks, pid }: Line): string {
  const free = [name, ...marks].map((text) => `${Buffer.byteLength(text)}:${text}`);
  return `$1 %2 ${pid} 0   0 1 ${free.join(' ')}\n`;
}

const text = fc.string({ unit: 'binary' }).map((each) => each.toWellFormed());

describe('the answer of list-panes', () => {
  it('is read right whatever names and marks hold', () => {
    const line = fc.record({ name: text, marks: fc.array(text, { minLength: 4, maxLength: 4 }), pid: fc.nat() });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const panes = parsePanes(Buffer.from(lines.map(printed).join('')));
        assert.equal(panes.length, lines.length);
        for (const [index, { name, marks, pid }] of lines.entries()) {
          const pane = panes[index];
          assert.equal(pane?.sessionName, name);
          assert.equal(pane.panePid, pid);
          assert.deepEqual(
            MARK_NAMES.map((mark) => pane.marks[mark] ?? ''),
            marks,
          );
        }
      }),
    );
  });

  it('is refused as a whole when it is cut off or not the format', () => {
    const whole = printed({ name: 'one', marks: ['r', 'a', 'i', 'l'], pid: 7 });
    for (let length = 1; length < whole.length; length += 1) {
      assert.throws(() => parsePanes(Buffer.from(whole.slice(0, length))), /unexpected pane line/, String(length));
    }
    for (const odd of ['\n', 'no server\n', whole.replace('$1', 'x'), whole.replace('3:one', '900:one'), `${whole}x`]) {
      assert.throws(() => parsePanes(Buffer.from(odd)), /unexpected pane line/, odd);
    }
  });

  it('is no pane when it is empty', () => {
    assert.deepEqual(parsePanes(Buffer.alloc(0)), []);
  });
});
