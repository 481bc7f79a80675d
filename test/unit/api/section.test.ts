import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sectionOf, withoutSections } from '#api/section.ts';

const BACKLOG = `# Backlog

## Build backlog

- one
### Later
- two

## Adversary findings ##

- broken
`;

describe('the part of a text under a heading', () => {
  const rows = [
    {
      reason: 'goes to the next heading of its level',
      heading: 'Build backlog',
      part: '## Build backlog\n\n- one\n### Later\n- two',
    },
    { reason: 'ends before a heading above it', heading: 'Later', part: '### Later\n- two' },
    {
      reason: 'may close its heading with hashes',
      heading: 'Adversary findings',
      part: '## Adversary findings ##\n\n- broken',
    },
    {
      reason: 'is named with its level, too',
      heading: '## Adversary findings',
      part: '## Adversary findings ##\n\n- broken',
    },
    { reason: 'is not found under another level', heading: '# Adversary findings', part: '' },
    { reason: 'is empty when there is none', heading: 'Nothing', part: '' },
  ];
  for (const { reason, heading, part } of rows) it(reason, () => assert.equal(sectionOf(BACKLOG, heading), part));

  it('does not begin or end in a code fence', () => {
    const text = '## A\n```md\n## B\n~~~\n```\nend\n## B\nb\n';
    assert.equal(sectionOf(text, 'A'), '## A\n```md\n## B\n~~~\n```\nend');
    assert.equal(sectionOf(text, 'B'), '## B\nb');
  });

  it('is the same with the line ends of Windows, and before blank lines', () => {
    assert.equal(sectionOf('## A\r\na\r\n\r\n\r\n## B\r\n', 'A'), sectionOf('## A\na\n## B\n', 'A'));
  });

  it('can be taken out, with what it leaves blank', () => {
    const rest = '# Backlog\n## Adversary findings ##\n- broken';
    assert.equal(withoutSections(BACKLOG, ['Build backlog']), rest);
    assert.equal(withoutSections(BACKLOG, []), withoutSections(BACKLOG, ['Nothing']));
  });
});
