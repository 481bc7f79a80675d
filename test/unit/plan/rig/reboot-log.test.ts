import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { addReboot, countReboots } from '#plan/rig/reboot-log.ts';

const ROWS: readonly { before: string | undefined; after: string; count: number; reason: string }[] = [
  {
    before: undefined,
    after: '# Reboots of this host\n\n## Reboots\n\n- new\n',
    count: 1,
    reason: 'there is no log yet',
  },
  { before: '', after: '## Reboots\n\n- new\n', count: 1, reason: 'the log is empty' },
  {
    before: '# Log\n\n## Reboots\n\n- 2026-01-02 (pi, historical)\n* odd line\nwords of a person\n',
    after: '# Log\n\n## Reboots\n\n- 2026-01-02 (pi, historical)\n* odd line\nwords of a person\n- new\n',
    count: 3,
    reason: 'lines that nobody knows stay, and their entries count',
  },
  {
    before: '## Reboots\n\n- old\n\n## Notes\n\n- not a reboot\n',
    after: '## Reboots\n\n- old\n- new\n\n## Notes\n\n- not a reboot\n',
    count: 2,
    reason: 'the list ends at the next heading',
  },
  {
    before: '## Reboots\n\n### pi\n\n- old\n',
    after: '## Reboots\n\n### pi\n\n- old\n- new\n',
    count: 2,
    reason: 'a smaller heading is part of the list',
  },
  { before: '## Reboots\n', after: '## Reboots\n\n- new\n', count: 1, reason: 'the list has no entry yet' },
  { before: 'words', after: 'words\n\n## Reboots\n\n- new\n', count: 1, reason: 'there is no such heading' },
  { before: '## Reboots\n\n- old', after: '## Reboots\n\n- old\n- new\n', count: 2, reason: 'the last line is open' },
  {
    before: '## Reboots\r\n\r\n- old\r\n',
    after: '## Reboots\r\n\r\n- old\r\n- new\r\n',
    count: 2,
    reason: 'line ends stay as they are',
  },
  {
    before: '## Reboots\n\n- old\n  with a second line\n1. numbered\n',
    after: '## Reboots\n\n- old\n  with a second line\n1. numbered\n- new\n',
    count: 3,
    reason: 'what hangs on an entry is none',
  },
];

for (const { before, after, count, reason } of ROWS)
  test(`an entry is put at the end of the list: ${reason}`, () => {
    assert.equal(addReboot(before, 'new'), after);
    assert.equal(countReboots(after), count);
  });

test('whatever stands in a log, no line of it is lost, and one entry more is counted', () => {
  const line = fc.oneof(fc.constantFrom('## Reboots', '# Log', '## Notes', '- entry', '', '  more'), fc.string());
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n').replaceAll('\r', ' '));
  fc.assert(
    fc.property(text, (before) => {
      const after = addReboot(before, 'new');
      const filled = (one: string) => one.split('\n').filter((each) => each.trim() !== '');
      assert.deepEqual(
        filled(after).filter((each) => each !== '- new' && each !== '## Reboots'),
        filled(before).filter((each) => each !== '- new' && each !== '## Reboots'),
      );
      assert.equal(countReboots(after), countReboots(before) + 1);
    }),
  );
});
