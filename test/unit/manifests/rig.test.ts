import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { PING_VARIABLES, checkTemplate } from '#api/prompt-template.ts';
import { loadManifests } from '#load/load-manifests.ts';

const ROOT = new URL('../../../', import.meta.url);

async function loadRig() {
  const result = await loadManifests(['manifests'], { cwd: fileURLToPath(ROOT) });
  assert.ok('objects' in result, JSON.stringify('mistakes' in result ? result.mistakes : []));
  return result.objects;
}

async function specOf(kind: string, name: string): Promise<Record<string, unknown>> {
  const found = (await loadRig()).find(({ object }) => object.kind === kind && object.metadata.name === name);
  assert.ok(found !== undefined, `no ${kind}/${name} in manifests`);
  return found.object.spec;
}

test('the manifests of the rig load without a mistake and hold the whole crew', async () => {
  const names = (await loadRig()).map(({ object }) => `${object.kind}/${object.metadata.name}`);
  assert.deepEqual(names.sort(), [
    'Agent/adversary',
    'Agent/assistant',
    'Agent/builder',
    'Agent/orchestrator',
    'Agent/upgrader',
    'Gate/handoff',
    'Notifier/operator',
    'Phase/1c',
    'Phase/2',
    'Repository/cc-ci',
    'VirtualMachine/cc-nix-test',
  ]);
});

const AGENTS = [
  { name: 'builder', mode: 'Loop', session: 'cc-ci-builder', workdir: '/srv/cc-ci/cc-ci' },
  { name: 'adversary', mode: 'Loop', session: 'cc-ci-adv', workdir: '/srv/cc-ci/cc-ci-adv' },
  { name: 'orchestrator', mode: 'Interactive', session: 'cc-ci-orchestrator-vm', workdir: '/srv/cc-ci-orch' },
  { name: 'assistant', mode: 'OneShot', session: 'cc-ci-assistant', workdir: '/srv/cc-ci-orch' },
  { name: 'upgrader', mode: 'Scheduled', session: 'cc-ci-upgrader', workdir: '/srv/cc-ci' },
];

for (const { name, ...expected } of AGENTS) {
  test(`the ${name} keeps the mode, the session and the folder that the rig has always had`, async () => {
    const { mode, session, workdir } = await specOf('Agent', name);
    assert.deepEqual({ mode, session, workdir }, expected);
  });
}

test('the phases come in order, each with its plan, its status file and the gate', async () => {
  const first = await specOf('Phase', '1c');
  const second = await specOf('Phase', '2');
  assert.ok(Number(first['order']) < Number(second['order']));
  assert.deepEqual([first['statusFile'], second['statusFile']], ['STATUS-1c.md', 'STATUS-2.md']);
  assert.deepEqual([first['requiredGates'], second['requiredGates']], [['handoff'], ['handoff']]);
  assert.equal(first['plan'], 'cc-ci-plan/plan-phase1c-full-reproducibility.md');
});

test('the machine is adopted, its server is to be identified, and a recreate waits for a person', async () => {
  const { adopt, server, repair } = await specOf('VirtualMachine', 'cc-nix-test');
  assert.equal(adopt, true);
  assert.match(JSON.stringify(server), /"fingerprint":"sha256:0{64}"/);
  assert.match(JSON.stringify(repair), /"policy":"Approval"/);
});

test('the pings of the gate name only what is known when they are typed', async () => {
  const { pings } = await specOf('Gate', 'handoff');
  const { claim, verdict } = pings as { claim: string; verdict: string };
  assert.deepEqual(checkTemplate(`${claim}\n${verdict}`, Object.keys(PING_VARIABLES)), []);
  assert.match(claim, /{{ gate\.scope }}.*{{ commit\.sha }}/);
});

for (const file of readdirSync(new URL('manifests/', ROOT))) {
  test(`manifests/${file} names the schema for editors on its first line`, () => {
    const [first] = readFileSync(new URL(`manifests/${file}`, ROOT), 'utf8').split('\n');
    assert.equal(first, '# yaml-language-server: $schema=../schemas/ccci.schema.json');
  });
}
