import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Kind } from '#api/kind.ts';

import { manifest, mistakesOf, SMALLEST } from './sample-manifests.ts';

type SpecRow = { reason: string; kind: Kind; change: Record<string, unknown>; want: readonly string[] };

const specs: readonly SpecRow[] = [
  {
    reason: 'a field with a typing mistake',
    kind: 'Agent',
    change: { liveness: { stalAfter: '5m' } },
    want: [
      'spec.liveness.stalAfter: must be a known field: stallAfter, waitMarker, maxWait, grace, wakeAtMarker, wedgedAfter, stepTimeout, finishWithin; did you mean "stallAfter"?',
    ],
  },
  {
    reason: 'a field in the wrong place',
    kind: 'Agent',
    change: { wedgedAfter: '5m' },
    want: [
      'spec.wedgedAfter: must be a known field; `ccci explain` lists them; did you mean "spec.liveness.wedgedAfter"?',
    ],
  },
  {
    reason: 'a word in the wrong case',
    kind: 'Agent',
    change: { mode: 'loop' },
    want: ['spec.mode: must be one of Loop, Interactive, OneShot, Scheduled, not "loop"; did you mean "Loop"?'],
  },
  {
    reason: 'several mistakes are told at once',
    kind: 'Agent',
    change: { mode: undefined, workdir: undefined, adopt: 'yes', backend: { type: 'claude', model: 4 } },
    want: [
      'spec.mode: must be set: one of Loop, Interactive, OneShot, Scheduled',
      'spec.adopt: must be true or false, not "yes"; write true',
      'spec.workdir: must be set: text',
      'spec.backend.model: must be text, not the number 4; write "4" in quotes',
    ],
  },
  {
    reason: 'a number where a duration is wanted',
    kind: 'Agent',
    change: { liveness: { grace: 30 } },
    want: [
      'spec.liveness.grace: must be a duration such as 90s, 10m or 1h30m, not the number 30; write 30s for seconds',
    ],
  },
  {
    reason: 'a name where a map is wanted',
    kind: 'Agent',
    change: { repositoryRef: 'cc-ci' },
    want: ['spec.repositoryRef: must be a map of fields, not "cc-ci"; write {name: cc-ci}'],
  },
  {
    reason: 'an empty value',
    kind: 'Agent',
    change: { sequence: null },
    want: ['spec.sequence: must be text, not empty; give it a value, or remove the line'],
  },
  {
    reason: 'two ways to give a prompt',
    kind: 'Agent',
    change: { prompt: { file: 'a.md', inline: 'b' } },
    want: ['spec.prompt: must have exactly one of file, inline, not file and inline'],
  },
  {
    reason: 'a loop without a prompt would start with nothing to do',
    kind: 'Agent',
    change: { prompt: undefined },
    want: ['spec.prompt: must be set for mode Loop, with either file or inline'],
  },
  {
    reason: 'a shell string instead of an argument list',
    kind: 'Agent',
    change: { backend: { type: 'command', command: './agent.sh -v' } },
    want: ['spec.backend.command: must be a list, not "./agent.sh -v"; write ["./agent.sh -v"]'],
  },
  {
    reason: 'a command without a program',
    kind: 'Agent',
    change: { backend: { type: 'command' } },
    want: ['spec.backend.command: must be set for type command, such as [./agent.sh]'],
  },
  {
    reason: 'a session name that tmux would change',
    kind: 'Agent',
    change: { session: 'cc.ci' },
    want: [
      String.raw`spec.session: must be a tmux session name: no ".", ":", "#", "$" or "\", no control characters, and no "=" at the beginning, not "cc.ci"`,
    ],
  },
  {
    reason: 'a schedule for an agent that has none',
    kind: 'Agent',
    change: { schedule: '0 2 * * 0' },
    want: ['spec.schedule: must not be set for mode Loop: it is for mode Scheduled'],
  },
  {
    reason: 'a variable that ccci sets itself, and one that is there twice',
    kind: 'Agent',
    change: {
      env: [
        { name: 'CCCI_RIG', value: 'x' },
        { name: 'A', value: 'x' },
        { name: 'A', value: 'y' },
      ],
    },
    want: [
      'spec.env.0.name: must not be a variable that ccci sets itself',
      'spec.env.2.name: must be unique in env; "A" is there twice',
    ],
  },
  {
    reason: 'a guard that a later version brings',
    kind: 'Agent',
    change: { may: ['RestartVM'] },
    want: [
      'spec.may: not supported in this version: it will let the agent order what the list names; for now leave it out: an agent may order nothing',
    ],
  },
  {
    reason: 'a password in an address, which is not repeated in the message',
    kind: 'Repository',
    change: { url: 'https://bot:hunter2@git.example.org/x.git' },
    want: ['spec.url: must not hold a password: secrets are references'],
  },
  {
    reason: 'an address that would run a program',
    kind: 'Repository',
    change: { url: 'ext::sh' },
    want: ['spec.url: must not use a remote helper such as "ext::": it would run a program'],
  },
  {
    reason: 'a branch that git would take for an option',
    kind: 'Repository',
    change: { branch: '--upload-pack=x' },
    want: ['spec.branch: must be the name of a git branch, not "--upload-pack=x"'],
  },
  {
    reason: 'an id that YAML reads as a number',
    kind: 'Phase',
    change: { id: 2 },
    want: ['spec.id: must be text, not the number 2; write "2" in quotes'],
  },
  {
    reason: 'a status file outside of the repository',
    kind: 'Phase',
    change: { statusFile: '../STATUS.md' },
    want: ['spec.statusFile: must stay inside the repository: ".." is not allowed'],
  },
  {
    reason: 'nobody verifies their own claim',
    kind: 'Gate',
    change: { verifier: 'builder' },
    want: ['spec.verifier: must not be the claimant: nobody verifies their own claim'],
  },
  {
    reason: 'signatures say who it was, so nobody may switch that off',
    kind: 'Gate',
    change: { verifyAuthor: false, requireSignature: { allowedSignersFile: '/etc/signers' } },
    want: ['spec.verifyAuthor: must not be false beside requireSignature, which says whose commit it is'],
  },
  {
    reason: 'a user that can not be one',
    kind: 'Gate',
    change: { evidence: { command: ['true'], runAs: 'Not A User' } },
    want: ['spec.evidence.runAs: must be the name of a Unix user, not "Not A User"'],
  },
  {
    reason: 'an author that git could not write down',
    kind: 'Agent',
    change: { author: { name: 'A <b', email: 'a@example.org' } },
    want: ['spec.author.name: must be one line of text without "<" and ">", not "A <b"'],
  },
  {
    reason: 'an expression that does not compile',
    kind: 'Gate',
    change: { verdict: { pass: '(' } },
    want: ['spec.verdict.pass: must be a valid regular expression, not "("'],
  },
  {
    reason: 'a server that nobody can tell from another',
    kind: 'VirtualMachine',
    change: { server: { url: 'https://192.0.2.7:8443', certFile: '/c', keyFile: '/k' } },
    want: ['spec.server: must have exactly one of fingerprint, caFile, insecure: true with url'],
  },
  {
    reason: 'a value of Incus that YAML reads as a number',
    kind: 'VirtualMachine',
    change: { config: { 'limits.cpu': 4 } },
    want: ['spec.config.limits.cpu: must be text, not the number 4; write "4" in quotes'],
  },
  {
    reason: 'a probe that asks two things, and two of one name',
    kind: 'VirtualMachine',
    change: {
      probes: [
        { name: 'a', incus: {}, agent: {} },
        { name: 'a', incus: {} },
      ],
    },
    want: [
      'spec.probes.0: must have exactly one of incus, agent, ssh, tcp, http, not incus and agent',
      'spec.probes.1.name: must be unique in probes; "a" is there twice',
    ],
  },
  {
    reason: 'a limit for a policy that has none',
    kind: 'VirtualMachine',
    change: { repair: { recreate: { policy: 'Never', max: 1 } } },
    want: ['spec.repair.recreate: must not have max or per with policy Never: they are for policy Automatic'],
  },
  {
    reason: 'secrets for the first boot over a connection that nobody checks',
    kind: 'VirtualMachine',
    change: {
      server: { url: 'https://192.0.2.1:8443', certFile: '/c', keyFile: '/k', insecure: true },
      cloudInit: { userData: { file: '/u' }, secrets: [{ name: 'KEY', valueFrom: { file: '/s' } }] },
    },
    want: ['spec.cloudInit.secrets: must be empty with server.insecure: anybody on the way could read them'],
  },
  {
    reason: 'a notifier that does not say where to',
    kind: 'Notifier',
    change: { url: undefined },
    want: ['spec.url: must be set for type Ntfy'],
  },
];

for (const { reason, kind, change, want } of specs) {
  test(`a ${kind} is refused with the exact mistake: ${reason}`, () => {
    const smallest: Record<string, unknown> = { ...Object.entries(SMALLEST).find(([name]) => name === kind)?.[1] };
    const changed = Object.entries({ ...smallest, ...change }).filter(([, value]) => value !== undefined);
    assert.deepEqual(mistakesOf(manifest(kind, Object.fromEntries(changed))), want);
  });
}
