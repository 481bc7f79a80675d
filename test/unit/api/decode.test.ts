import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeObject } from '#api/decode.ts';
import type { EncodedObject } from '#api/decode.ts';
import type { Kind } from '#api/kind.ts';
import type { AnyObject } from '#api/kinds.ts';

import { FULLEST, manifest, SMALLEST } from './sample-manifests.ts';

function decode(encoded: EncodedObject): AnyObject {
  const decoded = decodeObject(encoded);
  assert.ok('object' in decoded, 'unreadable' in decoded ? decoded.unreadable : '');
  return decoded.object;
}

const AGENT_DEFAULTS = {
  suspend: false,
  session: 'sample',
  adopt: false,
  dependsOn: [],
  env: [],
  envFiles: [],
  owns: [],
  onPromptChange: 'Ping',
  startup: { timeout: '60s', answers: [] },
  context: { compactAt: 85 },
  usageLimit: { resume: 'Automatic', jitter: '30s', priority: 0 },
  liveness: {
    stallAfter: '5m',
    waitMarker: 'WAITING-UNTIL:',
    maxWait: '10m',
    grace: '30s',
    wakeAtMarker: 'Agent',
    wedgedAfter: '20m',
    stepTimeout: '60s',
    finishWithin: '30m',
  },
  restart: {
    backoff: { initial: '10s', factor: 2, max: '5m', resetAfter: '10m' },
    budget: { restarts: 5, per: '30m' },
  },
};

const defaults: readonly {
  reason: string;
  kind: Kind;
  spec: Record<string, unknown>;
  want: Record<string, unknown>;
}[] = [
  {
    reason: 'an agent, as the contract lists them',
    kind: 'Agent',
    spec: SMALLEST.Agent,
    want: {
      ...SMALLEST.Agent,
      ...AGENT_DEFAULTS,
      backend: { type: 'claude', permissions: 'Ask', remoteControl: { enabled: false }, args: [], account: 'claude' },
    },
  },
  {
    reason: 'a repository',
    kind: 'Repository',
    spec: SMALLEST.Repository,
    want: {
      ...SMALLEST.Repository,
      suspend: false,
      branch: 'main',
      interval: '30s',
      watchClones: true,
      appendOnly: true,
    },
  },
  {
    reason: 'a phase takes its id and its status file from its name',
    kind: 'Phase',
    spec: SMALLEST.Phase,
    want: {
      ...SMALLEST.Phase,
      suspend: false,
      sequence: 'main',
      id: 'sample',
      statusFile: 'STATUS-sample.md',
      doneMarker: '## DONE',
      blockedMarker: '## Blocked',
      references: [],
      requiredGates: [],
      donePolicy: 'MarkerAndGates',
    },
  },
  {
    reason: 'a gate',
    kind: 'Gate',
    spec: SMALLEST.Gate,
    want: {
      ...SMALLEST.Gate,
      suspend: false,
      sequence: 'main',
      scope: '*',
      claim: { prefix: 'claim' },
      verdict: { prefix: 'review', pass: '^PASS\\b', fail: '^FAIL\\b', veto: '^VETO\\b' },
      pings: {},
    },
  },
  {
    reason: 'a virtual machine is never recreated by default, and its instance has its name',
    kind: 'VirtualMachine',
    spec: SMALLEST.VirtualMachine,
    want: {
      ...SMALLEST.VirtualMachine,
      suspend: false,
      project: 'default',
      instance: 'sample',
      type: 'virtual-machine',
      adopt: false,
      running: true,
      stopTimeout: '60s',
      config: {},
      devices: {},
      probes: [],
      repair: { recreate: { policy: 'Never' } },
      deletionPolicy: 'Orphan',
      disruption: 'WhenIdle',
      beforeRecreate: { backup: 'None' },
      preconditions: [],
    },
  },
];

for (const { reason, kind, spec, want } of defaults) {
  test(`all defaults are filled in: ${reason}`, () => {
    assert.deepEqual(decode(manifest(kind, spec)).spec, want);
  });
}

test('an agent of a program that has no timer of its own is woken by the controller', () => {
  for (const type of ['codex', 'opencode', 'gemini', 'claude']) {
    const object = decode(manifest('Agent', { ...SMALLEST.Agent, backend: { type } }));
    const waker = object.kind === 'Agent' ? object.spec.liveness.wakeAtMarker : undefined;
    assert.equal(waker, type === 'claude' ? 'Agent' : 'Controller', type);
  }
});

test('what was written wins over every default', () => {
  for (const [kind, spec] of Object.entries(FULLEST)) {
    const full = new Map<string, unknown>(Object.entries(decode({ ...manifest('Agent', spec), kind }).spec));
    const written = Object.entries(spec).filter(([field]) => field !== 'probes' && field !== 'backend');
    for (const [field, value] of written) assert.deepEqual(full.get(field), value, `${kind}.${field}`);
  }
});

test('filling in defaults twice changes nothing', () => {
  for (const [kind, spec] of Object.entries(FULLEST)) {
    const once = decode({ ...manifest('Agent', spec), kind });
    assert.deepEqual(decode({ ...manifest('Agent', { ...once.spec }), kind }).spec, once.spec, kind);
  }
});

test('fields of a newer version are kept where they are', () => {
  const spec = {
    ...SMALLEST.Agent,
    novel: 1,
    backend: { type: 'claude', novel: { a: [1] } },
    env: [{ name: 'A', value: 'x', novel: 2 }],
  };
  const object = decode({ ...manifest('Agent', spec), status: { conditions: [], novel: 3, session: undefined } });
  const { novel, backend, env } = Object.fromEntries(Object.entries(object.spec));
  assert.equal(novel, 1);
  assert.deepEqual(backend, {
    type: 'claude',
    permissions: 'Ask',
    remoteControl: { enabled: false },
    args: [],
    account: 'claude',
    novel: { a: [1] },
  });
  assert.deepEqual(env, [{ name: 'A', value: 'x', novel: 2 }]);
  assert.equal(object.status?.novel, 3);
});

test('an object that is handed in is left as it was', () => {
  const encoded = manifest('Agent', { ...SMALLEST.Agent, novel: 1 });
  const copy = structuredClone(encoded);
  decode(encoded);
  assert.deepEqual(encoded, copy);
});

const unreadable = [
  {
    reason: 'a word that this version does not know',
    encoded: manifest('Agent', { ...SMALLEST.Agent, mode: 'Swarm' }),
    want: 'spec.mode must be one of Loop, Interactive, OneShot, Scheduled, not "Swarm"',
  },
  {
    reason: 'a kind of another version',
    encoded: { ...manifest('Agent', {}), kind: 'Swarm' },
    want: 'kind "Swarm" is not known to this version',
  },
  {
    reason: 'another version of the API',
    encoded: { ...manifest('Agent', SMALLEST.Agent), apiVersion: 'ccci.dev/v2' },
    want: 'apiVersion must be ccci.dev/v1alpha1, not "ccci.dev/v2"',
  },
  {
    reason: 'a field of the wrong type beside an unknown one',
    encoded: manifest('Agent', { ...SMALLEST.Agent, workdir: 3, novel: 1 }),
    want: 'spec.workdir must be text, not the number 3',
  },
];

for (const { reason, encoded, want } of unreadable) {
  test(`an object that can not be read says why: ${reason}`, () => {
    assert.deepEqual(decodeObject(encoded), { unreadable: want });
  });
}
