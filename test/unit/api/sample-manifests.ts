import { API_VERSION } from '#api/group.ts';
import type { Kind } from '#api/kind.ts';
import { validateManifest } from '#api/validate.ts';

/** A manifest as YAML would give it. */
export type SampleManifest = {
  apiVersion: string;
  kind: Kind;
  metadata: { name: string };
  spec: Record<string, unknown>;
};

/** A manifest of a kind with the given spec. */
export function manifest(kind: Kind, spec: Record<string, unknown>, name = 'sample'): SampleManifest {
  return { apiVersion: API_VERSION, kind, metadata: { name }, spec };
}

/** The smallest valid spec of each kind that manifests declare. */
export const SMALLEST = {
  Agent: { mode: 'Loop', workdir: '/srv/x', backend: { type: 'claude' }, prompt: { inline: 'Build it.' } },
  Repository: { url: 'https://git.example.org/x.git' },
  Phase: { order: 10, repositoryRef: { name: 'x' } },
  Gate: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' },
  VirtualMachine: { server: { socket: '/run/incus/unix.socket' }, image: { alias: 'base' } },
  AgentRun: { agentRef: { name: 'assistant' } },
  Notifier: { type: 'Ntfy', url: 'https://ntfy.example.org/x' },
} as const satisfies Partial<Record<Kind, Record<string, unknown>>>;

/** Every field that this version acts on, set to something other than its default. */
export const FULLEST = {
  Agent: {
    description: 'Builds the CI server',
    suspend: true,
    mode: 'Loop',
    session: "cc-ci builder's",
    adopt: true,
    workdir: '/srv/cc-ci/cc-ci',
    repositoryRef: { name: 'cc-ci' },
    sequence: 'main',
    dependsOn: [{ kind: 'VirtualMachine', name: 'cc-nix-test' }],
    backend: {
      type: 'claude',
      model: 'sonnet',
      permissions: 'Bypass',
      remoteControl: { enabled: true, name: 'cc-ci-builder' },
      resume: { name: 'autonomous-orchestrator' },
      args: ['--verbose'],
    },
    prompt: { file: '../prompts/builder.md' },
    env: [
      { name: 'CCCI_EXAMPLE', value: 'x' },
      { name: 'TOKEN', valueFrom: { file: '/etc/token' } },
    ],
    envFiles: ['/srv/cc-ci/.testenv'],
    startup: { timeout: '90s', answers: [] },
    context: { compactAt: 80 },
    usageLimit: { resume: 'Manual', jitter: '31s', priority: 3 },
    liveness: {
      stallAfter: '6m',
      waitMarker: 'WAIT:',
      maxWait: '12m',
      grace: '31s',
      wakeAtMarker: 'Controller',
      wedgedAfter: '25m',
      stepTimeout: '61s',
      finishWithin: '31m',
    },
    restart: {
      backoff: { initial: '5s', factor: 3, max: '6m', resetAfter: '11m' },
      budget: { restarts: 6, per: '31m' },
    },
    may: [],
    owns: [{ path: 'STATUS-*.md' }, { path: 'BACKLOG.md', section: 'Build backlog' }],
  },
  Repository: {
    description: 'x',
    suspend: true,
    url: 'ssh://git@git.example.org:2222/x.git',
    branch: 'release/1.x',
    interval: '1m',
    watchClones: false,
    credentials: { keyFile: '/etc/key', knownHostsFile: '/etc/hosts' },
    appendOnly: false,
    webhook: { secretFile: '/etc/hook' },
  },
  Phase: {
    description: 'x',
    sequence: 'second',
    order: 20,
    id: '2',
    title: 'Recipe tests',
    plan: 'cc-ci-plan/plan-phase2.md',
    references: ['cc-ci-plan/plan.md'],
    repositoryRef: { name: 'cc-ci' },
    statusFile: 'STATUS-2.md',
    doneMarker: '## Finished',
    blockedMarker: '## Waiting',
    timeBudget: '72h',
    requiredGates: ['handoff'],
    donePolicy: 'Marker',
  },
  Gate: {
    description: 'x',
    repositoryRef: { name: 'cc-ci' },
    sequence: 'second',
    scope: 'M1',
    claimant: 'builder',
    verifier: 'adversary',
    claim: { prefix: 'ask' },
    verdict: { prefix: 'answer', pass: '^YES', fail: '^NO', veto: '^STOP' },
    verifyAuthor: false,
    pings: { claim: 'Look at {{ gate.commit }}', verdict: 'Go on.' },
  },
  VirtualMachine: {
    description: 'x',
    server: {
      url: 'https://192.0.2.7:8443',
      certFile: '/p/client.crt',
      keyFile: '/p/client.key',
      fingerprint: `sha256:${'ab'.repeat(32)}`,
    },
    project: 'terraform-ci',
    instance: 'cc-nix-test',
    type: 'container',
    adopt: true,
    running: false,
    image: { alias: 'incus-base-vm' },
    config: { 'limits.memory': '8GiB', 'limits.cpu': '4', 'cloud-init.vendor-data': '' },
    devices: { root: { type: 'disk', path: '/', pool: 'default', size: '30GiB' } },
    probes: [
      { name: 'ssh', ssh: { host: 'cc-ci', user: 'root', keyFile: '/p/key' }, period: '31s', timeout: '11s' },
      { name: 'web', http: { url: 'https://192.0.2.7/health', status: 204 }, failureThreshold: 5, delay: '5s' },
      { name: 'up', incus: {} },
      { name: 'inside', agent: {} },
      { name: 'port', tcp: { host: '192.0.2.7', port: 22 }, successThreshold: 2 },
    ],
    repair: { softRestart: { max: 3, per: '2h', settle: '4m' }, recreate: { policy: 'Approval' } },
    deletionPolicy: 'Orphan',
  },
  AgentRun: {
    agentRef: { name: 'assistant' },
    prompt: { inline: 'reconcile the mirrors' },
    doneMarker: 'RUN-COMPLETE:',
    timeout: '4h',
    ttlAfterFinished: '168h',
  },
  Notifier: {
    type: 'Ntfy',
    url: 'https://ntfy.example.org/x',
    secretFile: '/etc/ntfy',
    events: { severity: 'Warning', kinds: [], reasons: [] },
    dedupeFor: '1h',
    heartbeat: { url: 'https://ping.example.org/x', every: '5m', requireProgressWithin: '2h' },
  },
} as const satisfies Partial<Record<Kind, Record<string, unknown>>>;

/** The mistakes of a manifest, one line each, as `path: rule; suggestion`. */
export function mistakesOf(raw: unknown): readonly string[] {
  const result = validateManifest(raw);
  if ('object' in result) return [];
  return result.issues.map(
    ({ path, rule, suggestion }) => `${path.join('.')}: ${rule}${suggestion ? `; ${suggestion}` : ''}`,
  );
}
