import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agent, mistakesOf, repository } from './manifest-files.ts';

describe('what is wrong in one object', () => {
  const rows: { reason: string; text: string; lines: string[] }[] = [
    {
      reason: 'a word that YAML 1.1 read as true',
      text: agent('x', '  adopt: yes'),
      lines: ['a.yaml:9:10: agent/x spec.adopt: must be true or false, not "yes"; write true'],
    },
    {
      reason: 'a number as a name',
      text: repository('0600'),
      lines: ['a.yaml:3:18: metadata.name: must be text, not the number 600; write "0600" in quotes'],
    },
    {
      reason: 'a slip in a field’s name',
      text: agent('x', '  liveness: {stallAftr: 5m}'),
      lines: [
        'a.yaml:9:14: agent/x spec.liveness.stallAftr: must be a known field: stallAfter, waitMarker, maxWait, grace, wakeAtMarker, wedgedAfter, stepTimeout, finishWithin; did you mean "stallAfter"?',
      ],
    },
    {
      reason: 'several mistakes, from top to bottom',
      text: agent('x', '  session: "a.b"\n  restart: {budget: {restarts: 0}}').replace('Loop', 'Lop'),
      lines: [
        'a.yaml:5:9: agent/x spec.mode: must be one of Loop, Interactive, OneShot, Scheduled, not "Lop"; did you mean "Loop"?',
        'a.yaml:9:12: agent/x spec.session: must be a tmux session name: no ".", ":", "#", "$" or "\\", no control characters, and no "=" at the beginning, not "a.b"',
        'a.yaml:10:32: agent/x spec.restart.budget.restarts: must be at least 1, not the number 0',
      ],
    },
    {
      reason: 'a field that this version does not guard yet',
      text: agent('x', '  runAs: builder'),
      lines: [
        "a.yaml:9:3: agent/x spec.runAs: not supported in this version: it will run the session as another Unix user; for now leave it out: it runs as the controller's user",
      ],
    },
    {
      reason: 'a prompt variable that does not exist',
      text: agent('x').replace('Work', '"Do {{ phase.plna }} now"'),
      lines: [
        'a.yaml:8:20: agent/x spec.prompt: must be a variable that is known, not "{{ phase.plna }}"; did you mean "phase.plan"?',
      ],
    },
    {
      reason: 'an empty prompt',
      text: agent('x').replace('Work', '" "'),
      lines: ['a.yaml:8:3: agent/x spec.prompt: must not be empty'],
    },
    {
      reason: 'a prompt over 120 KiB',
      text: agent('x').replace('Work', `"${'ä'.repeat(61_441)}"`),
      lines: ['a.yaml:8:3: agent/x spec.prompt: must have at most 120 KiB'],
    },
    {
      reason: 'a prompt file that is not there',
      text: agent('x').replace('inline: Work', 'file: bilder.md'),
      lines: [
        'a.yaml:8:18: agent/x spec.prompt.file: "bilder.md" must be there, but there is no such file; did you mean "builder.md"?',
      ],
    },
  ];
  for (const { reason, text, lines } of rows) {
    it(reason, async () => assert.deepEqual(await mistakesOf({ 'a.yaml': text, 'builder.md': 'Work' }), lines));
  }

  it('a mistake in a prompt file is told at its place in that file', async () => {
    const files = {
      'm/a.yaml': agent('x').replace('inline: Work', 'file: p.md'),
      'm/p.md': 'One\n  two {{ agent.nam }}\n{{ open',
    };
    assert.deepEqual(await mistakesOf(files, ['m']), [
      'm/p.md:2:7: agent/x spec.prompt.file: must be a variable that is known, not "{{ agent.nam }}"; did you mean "agent.name"?',
      'm/p.md:3:1: agent/x spec.prompt.file: must be closed: "{{" begins a variable that does not end on its line; write {{{{ for two braces that are meant as text',
    ]);
  });

  it('a mistake in a List is told at the item', async () => {
    const text =
      'kind: List\nitems:\n- apiVersion: ccci.dev/v1alpha1\n  kind: Repository\n  metadata: {name: a}\n  spec: {ulr: x}\n';
    const lines = await mistakesOf({ 'a.yaml': text });
    assert.match(
      lines.join('\n'),
      /^a\.yaml:6:3: repository\/a spec\.url: must be set.*\na\.yaml:6:10: repository\/a spec\.ulr: must be a known field.*did you mean "url"\?$/,
    );
  });
});
