import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkTemplate, PING_VARIABLES, PROMPT_VARIABLES, renderPrompt } from '#api/prompt-template.ts';

const KNOWN = Object.keys(PROMPT_VARIABLES);

describe('renderPrompt', () => {
  const rows = [
    { reason: 'a variable', template: 'Do {{ phase.id }}!', text: 'Do 2!' },
    { reason: 'any space around its name, or none', template: '{{phase.id}} {{  phase.id\t}}', text: '2 2' },
    { reason: 'a variable without a value', template: '[{{ phase.title }}]', text: '[]' },
    { reason: 'four braces for two', template: 'Go: {{{{ .Name }}', text: 'Go: {{ .Name }}' },
    { reason: 'single braces, and closing ones', template: 'a { b } c }} {x}', text: 'a { b } c }} {x}' },
    { reason: 'values are not looked at again', template: '{{ agent.name }}', text: '{{ phase.id }} $& $1 $(x)' },
    { reason: 'a name of Object is no variable', template: '[{{ constructor }}]', text: '[]' },
  ];
  const variables = { 'phase.id': '2', 'agent.name': '{{ phase.id }} $& $1 $(x)', 'phase.title': undefined };
  for (const { reason, template, text } of rows) {
    it(reason, () => assert.equal(renderPrompt(template, variables), text));
  }

  it('keeps text without braces byte for byte', () => {
    const plain = fc.string({ unit: 'binary' }).filter((text) => !text.includes('{{'));
    fc.assert(fc.property(plain, (text) => assert.equal(renderPrompt(text, variables), text)));
  });
});

describe('checkTemplate', () => {
  const rows = [
    { reason: 'every known variable is fine', template: KNOWN.map((name) => `{{ ${name} }}`).join('\n'), found: [] },
    { reason: 'an unknown one is told with its place', template: 'a\nb {{ phase.ids }}', found: [[2, 3, 'phase.ids']] },
    { reason: 'a name of Object is not known', template: '{{ constructor }}', found: [[1, 1, 'constructor']] },
    { reason: 'nothing between the braces', template: '{{ }}', found: [[1, 1, '']] },
    { reason: 'braces that are not closed on their line', template: 'x {{ phase.id\n}}', found: [[1, 3, undefined]] },
    { reason: 'a template of another tool', template: '{{ range .Items }}', found: [[1, 1, 'range .Items']] },
    { reason: 'four braces are fine', template: '{{{{ range .Items }}', found: [] },
    { reason: 'five are four and one', template: '{{{{{', found: [] },
  ];
  for (const { reason, template, found } of rows) {
    it(reason, () => {
      const mistakes = checkTemplate(template, KNOWN).map(({ line, column, variable }) => [line, column, variable]);
      assert.deepEqual(mistakes, found);
    });
  }

  it('a template that it passes has no braces left but the escaped ones', () => {
    const pieces = fc.constantFrom('{', '{{', '{{{{', '}', '}}', ' ', 'phase.id', '{{ phase.id }}', '\n', 'x');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const template = parts.join('');
        if (checkTemplate(template, KNOWN).length > 0) return;
        const escaped = template.split('{{{{').length - 1;
        assert.equal(renderPrompt(template, { 'phase.id': '2' }).split('{{').length - 1, escaped + leftover(template));
      }),
    );
  });

  it('pings know their own variables', () => {
    assert.deepEqual(checkTemplate('{{ gate.name }} {{ commit.sha }}', Object.keys(PING_VARIABLES)), []);
    assert.equal(checkTemplate('{{ agent.name }}', Object.keys(PING_VARIABLES)).length, 1);
  });
});

/** Two braces that only come to stand together when an escape is undone, as in `{{{{{`: text, not a variable. */
function leftover(template: string): number {
  const rendered = renderPrompt(template, { 'phase.id': '2' });
  return rendered.split('{{').length - 1 - (template.split('{{{{').length - 1);
}
