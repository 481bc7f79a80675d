import { FINALIZER } from '#plan/action.ts';
import type { JsonObject, Store } from '#store/store.ts';

import { inboxOf } from './ledger.ts';
import type { Random } from './random.ts';

/** The plan of every phase, in the workspace. */
export const PLAN_FILE = 'plan.md';
/** What has to be in the machine before it may be called Ready. */
export const PRECONDITIONS = ['store', 'login'] as const;
/** What an agent is told by its regular wake, and how often. */
export const WAKE_TEXT = 'Look around.';
export const WAKE_MS = 20 * 60_000;

/** What the rig of one run is made of. */
export type RigShape = {
  readonly builderBackend: 'claude' | 'command';
  readonly adversaryBackend: 'claude' | 'command';
  readonly phases: number;
  readonly hasMachine: boolean;
  readonly wakeAtMarker: 'Agent' | 'Controller';
};

/** Chooses the rig of one run. */
export function drawShape(random: Random): RigShape {
  const backends = ['claude', 'command'] as const;
  return {
    builderBackend: random.pick(backends),
    adversaryBackend: random.pick(backends),
    phases: random.between(1, 2),
    hasMachine: random.chance(0.4),
    wakeAtMarker: random.chance(0.8) ? 'Agent' : 'Controller',
  };
}

/** Writes what `apply` would write for this rig; what is there already is replaced. */
export async function writeManifests(store: Store, shape: RigShape, url: string): Promise<void> {
  const specs: readonly (readonly [string, string, JsonObject])[] = [
    ['Rig', 'default', {}],
    ['Repository', 'rig', { url, interval: '60s' }],
    ['Gate', 'handoff', { repositoryRef: { name: 'rig' }, claimant: 'builder', verifier: 'adversary' }],
    ...Array.from(
      { length: shape.phases },
      (_none, index) => ['Phase', `phase-${String(index + 1)}`, phaseSpec(index + 1)] as const,
    ),
    ...(shape.hasMachine ? ([['VirtualMachine', 'vm', machineSpec()]] as const) : []),
    ['Agent', 'builder', agentSpec(shape, 'builder')],
    ['Agent', 'adversary', agentSpec(shape, 'adversary')],
  ];
  for (const [kind, name, spec] of specs) await writeSpec(store, { kind, name, spec });
}

/** Writes one spec, whatever stands there. */
export async function writeSpec(
  store: Store,
  { kind, name, spec }: { kind: string; name: string; spec: JsonObject },
): Promise<void> {
  const before = await store.get(`${kind}/${name}`);
  const expect = before === undefined || !('versions' in before) ? 'absent' : before.versions.spec;
  const finalizers = kind === 'Agent' || kind === 'VirtualMachine' ? { finalizers: [FINALIZER] } : {};
  await store.writeSpec({ apiVersion: 'ccci.dev/v1alpha1', kind, name, spec, expect, ...finalizers });
}

function phaseSpec(number: number): JsonObject {
  return {
    id: String(number),
    order: number * 10,
    repositoryRef: { name: 'rig' },
    requiredGates: ['handoff'],
    plan: PLAN_FILE,
  };
}

function machineSpec(): JsonObject {
  return {
    server: { socket: '/run/incus/unix.socket' },
    project: 'ci',
    type: 'container',
    image: { alias: 'base' },
    probes: [{ name: 'agent', agent: {}, period: '10s', failureThreshold: 3 }],
    repair: { softRestart: { max: 2, per: '1h', settle: '20s' }, recreate: { policy: 'Approval' } },
    beforeRecreate: { backup: 'Export' },
    memoryCap: { limit: '4GiB' },
    config: { 'limits.memory': '1GiB' },
    preconditions: PRECONDITIONS.map((name) => ({ name, command: ['/bin/setup', name] })),
  };
}

/** The spec of one of the two agents. */
export function agentSpec(shape: RigShape, name: 'builder' | 'adversary', env: JsonObject[] = []): JsonObject {
  const type = name === 'builder' ? shape.builderBackend : shape.adversaryBackend;
  return {
    mode: 'Loop',
    workdir: `/work/${name}`,
    repositoryRef: { name: 'rig' },
    sequence: 'main',
    ...(type === 'claude' ? { startup: { answers: [{ dialog: 'TrustFolder', answer: 'Yes' }] } } : {}),
    backend: type === 'claude' ? { type, permissions: 'Bypass' } : { type, command: [`./${name}.sh`, "it's"] },
    author: { name, email: `${name}@example.org` },
    prompt: { inline: `You are the ${name} of phase {{ phase.id }}.` },
    inbox: inboxOf(name),
    wake: { every: `${String(WAKE_MS / 60_000)}m`, prompt: { inline: WAKE_TEXT } },
    liveness: { stallAfter: '3m', maxWait: '10m', wedgedAfter: '6m', wakeAtMarker: shape.wakeAtMarker },
    ...(shape.hasMachine ? { dependsOn: [{ kind: 'VirtualMachine', name: 'vm' }] } : {}),
    env,
  };
}
