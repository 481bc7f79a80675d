import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadOptions } from '#load/load-manifests.ts';
import { agent, mistakesOf, phase, repository } from './manifest-files.ts';
import type { Files } from './manifest-files.ts';

describe('what is wrong between objects', () => {
  const two = (a: string, b: string): string => `${a}\n---\n${b}`;
  const rows: { reason: string; files: Files; stored?: LoadOptions['stored']; lines: string[] }[] = [
    {
      reason: 'an object twice',
      files: { 'a.yaml': repository('a'), 'b.yaml': repository('a') },
      lines: ['b.yaml:3:18: repository/a metadata.name: must be declared once; repository/a is also at a.yaml:1:1'],
    },
    {
      reason: 'a reference to nothing',
      files: { 'a.yaml': two(agent('x', '  repositoryRef: {name: cc-cx}'), repository('cc-ci')) },
      lines: [
        'a.yaml:9:25: agent/x spec.repositoryRef.name: must name a Repository that is declared; there is no "cc-cx"; did you mean "cc-ci"?',
      ],
    },
    {
      reason: 'a dependency on nothing',
      files: { 'a.yaml': agent('x', '  dependsOn: [{kind: VirtualMachine, name: vm}]') },
      lines: [
        'a.yaml:9:44: agent/x spec.dependsOn[0].name: must name a VirtualMachine that is declared; there is no "vm"',
      ],
    },
    {
      reason: 'a gate of agents that are not there',
      files: {
        'a.yaml': two(
          repository('a'),
          'apiVersion: ccci.dev/v1alpha1\nkind: Gate\nmetadata: {name: g}\nspec: {repositoryRef: {name: a}, claimant: b, verifier: c}\n',
        ),
      },
      lines: [
        'a.yaml:10:44: gate/g spec.claimant: must name an Agent that is declared; there is no "b"',
        'a.yaml:10:57: gate/g spec.verifier: must name an Agent that is declared; there is no "c"',
      ],
    },
    {
      reason: 'a phase with a gate that is not there',
      files: { 'a.yaml': two(repository('a'), phase('1', 'order: 1, requiredGates: [handoff]')) },
      lines: ['a.yaml:10:60: phase/1 spec.requiredGates[0]: must name a Gate that is declared; there is no "handoff"'],
    },
    {
      reason: 'two agents on one session',
      files: { 'a.yaml': two(agent('x'), agent('y', '  session: x')) },
      lines: [
        'a.yaml:19:12: agent/y spec.session: must be a session that no other agent has; agent/x (a.yaml:4:1) has it, too',
      ],
    },
    {
      reason: 'a clone in the folder of another agent',
      files: {
        'a.yaml': two(
          agent('x'),
          two(agent('y', '  repositoryRef: {name: a}').replace('/srv/y', '/srv/./x/'), repository('a')),
        ),
      },
      lines: [
        'a.yaml:16:12: agent/y spec.workdir: must be a folder of its own: agent/x (a.yaml:6:12) has it, too, and two agents may share one only if neither has a repositoryRef',
      ],
    },
    {
      reason: 'two phases with one order, and two with one id',
      files: {
        'a.yaml': [
          repository('a'),
          phase('1', 'order: 1'),
          phase('2', 'order: 1'),
          phase('3', 'order: 3, id: "2"'),
        ].join('---\n'),
      },
      lines: [
        'a.yaml:14:41: phase/2 spec.order: must be unique in its sequence; phase/1 (a.yaml:9:41) has the same',
        'a.yaml:19:48: phase/3 spec.id: must be unique in its sequence; phase/2 (a.yaml:14:1) has the same (an id that is not set is the name)',
      ],
    },
    {
      reason: 'a session that a stored agent has',
      files: { 'a.yaml': agent('x') },
      stored: [{ kind: 'Agent', name: 'y', spec: { session: 'x', workdir: '/srv/y' } }],
      lines: [
        'a.yaml:4:1: agent/x spec.session: must be a session that no other agent has; agent/y (stored) has it, too',
      ],
    },
  ];
  for (const { reason, files, stored, lines } of rows) {
    it(reason, async () => assert.deepEqual(await mistakesOf(files, ['.'], stored && { stored }), lines));
  }

  const fine: { reason: string; files: Files; stored?: LoadOptions['stored'] }[] = [
    {
      reason: 'two agents share a folder when neither has a repositoryRef',
      files: { 'a.yaml': two(agent('x'), agent('y').replace('/srv/y', '/srv/x')) },
    },
    {
      reason: 'phases of two sequences may have one order and one id',
      files: {
        'a.yaml': [
          repository('a'),
          phase('1', 'order: 1, id: "7"'),
          phase('2', 'order: 1, id: "7", sequence: other'),
        ].join('---\n'),
      },
    },
    {
      reason: 'a reference may name what is stored',
      files: { 'a.yaml': agent('x', '  repositoryRef: {name: a}') },
      stored: [{ kind: 'Repository', name: 'a', spec: { url: '/a' } }],
    },
    {
      reason: 'what is stored under the same key is replaced, not in the way',
      files: { 'a.yaml': agent('x') },
      stored: [{ kind: 'Agent', name: 'x', spec: { session: 'x', workdir: '/srv/x' } }],
    },
    { reason: 'a sequence without phases is no reference', files: { 'a.yaml': agent('x', '  sequence: later') } },
  ];
  for (const { reason, files, stored } of fine) {
    it(reason, async () => assert.deepEqual(await mistakesOf(files, ['.'], stored && { stored }), []));
  }

  it('a reference to an object that has a mistake of its own is not told as dangling', async () => {
    const lines = await mistakesOf({
      'a.yaml': two(agent('x', '  repositoryRef: {name: a}'), repository('a').replace('url', 'ulr')),
    });
    assert.equal(lines.length, 2);
    assert.ok(
      lines.every((line) => line.includes('repository/a')),
      lines.join('\n'),
    );
  });

  it('nothing is told as dangling while a file can not be parsed', async () => {
    const files = { 'a.yaml': agent('x', '  repositoryRef: {name: a}'), 'b.yaml': 'kind: [' };
    assert.ok((await mistakesOf(files)).every((line) => line.startsWith('b.yaml')));
  });
});
