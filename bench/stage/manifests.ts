import { join } from 'node:path';

import type { Places } from '../../demo/stage/prepare.ts';

/** What a rig is made of: agents by name; with `gate`, the first claims and the second verifies. */
export type RigShape = {
  readonly agents: readonly string[];
  readonly gate?: boolean;
  /** The agents print ten lines a second. */
  readonly prints?: boolean;
  /** The agents are doubles of claude that take their cues from a FIFO beside their notes. */
  readonly double?: { readonly stallAfter: string };
  /** What the repository says beside its url. */
  readonly repository?: (places: Places) => object;
  /** Options of `ccci run`. */
  readonly flags?: readonly string[];
};

const API = { apiVersion: 'ccci.dev/v1alpha1' };
const DOUBLES = join(import.meta.dirname, '../double');
const SCREENS = join(import.meta.dirname, '../../test/fixtures/screens/claude');
const AGENT = join(import.meta.dirname, '../agent.sh');

/** Manifests of a rig, as JSON, which is YAML. Back-off and budget are set so that they never hold a restart up. */
export function rigManifests(places: Places, shape: RigShape): readonly object[] {
  const agents = shape.agents.map((name) => agentManifest(places, name, shape));
  return shape.gate === true ? [...agents, ...gateManifests(places, shape)] : agents;
}

function agentManifest(places: Places, name: string, { gate, prints, double }: RigShape): object {
  const environment = {
    BENCH_NOTES: join(places.folder, 'notes', name),
    BENCH_PRINTS: prints === true ? 'yes' : 'no',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  return {
    ...API,
    kind: 'Agent',
    metadata: { name },
    spec: {
      mode: 'Loop',
      session: `bench-${name}`,
      workdir: join(places.folder, 'clones', name),
      ...(gate === true ? { repositoryRef: { name: 'bench' }, sequence: 'bench' } : {}),
      ...(double === undefined
        ? { backend: { type: 'command', command: [AGENT] } }
        : { backend: { type: 'claude', permissions: 'Bypass' }, prompt: { inline: 'Begin.' } }),
      env: Object.entries({ ...environment, ...(double === undefined ? {} : doubleEnvironment(places, name)) }).map(
        ([variable, value]) => ({ name: variable, value }),
      ),
      liveness: { maxWait: '100h', ...(double === undefined ? {} : { stepTimeout: '1h', ...double }) },
      restart: { backoff: { initial: '0', max: '0' }, budget: { restarts: 100_000, per: '1h' } },
    },
  };
}

function doubleEnvironment(places: Places, name: string): Readonly<Record<string, string>> {
  return {
    PATH: `${DOUBLES}:${process.env['PATH'] ?? ''}`,
    BENCH_CUES: join(places.folder, 'notes', `${name}.cues`),
    BENCH_SCREENS: SCREENS,
  };
}

function gateManifests(
  places: Places,
  { agents: [claimant = '', verifier = ''], repository }: RigShape,
): readonly object[] {
  const repositoryRef = { name: 'bench' };
  const phase = { sequence: 'bench', plan: 'plan.md', repositoryRef, requiredGates: ['handoff'] };
  return [
    { ...API, kind: 'Repository', metadata: { name: 'bench' }, spec: { url: places.remote, ...repository?.(places) } },
    {
      ...API,
      kind: 'Gate',
      metadata: { name: 'handoff' },
      spec: { repositoryRef, sequence: 'bench', claimant, verifier },
    },
    ...[1, 2, 3].map((order) => ({
      ...API,
      kind: 'Phase',
      metadata: { name: String(order) },
      spec: { ...phase, order, title: `Phase ${order}` },
    })),
  ];
}
