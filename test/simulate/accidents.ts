import { toIso } from '#api/time.ts';
import type { StoredObject } from '#store/store.ts';

import type { Oracles } from './oracles.ts';
import type { Random } from './random.ts';
import { agentSpec, PLAN_FILE, writeSpec } from './rig-shape.ts';
import type { SimulatedWorld } from './world.ts';

/** Where an accident happens. `later` undoes it, at the latest when faults end. */
export type Scene = {
  readonly world: SimulatedWorld;
  readonly random: Random;
  readonly oracles: Oracles;
  readonly later: (lowMs: number, highMs: number, undo: () => void) => void;
  readonly killController: (why: string) => void;
};

type Accident = (scene: Scene) => void | Promise<void>;

/** A person's order explains a stop for so long. */
const ORDER_MS = 1_200_000;
const NAMES = ['builder', 'adversary'] as const;

/** What can happen to the host, the remote, the server and the rig, each with how likely it is. */
export const ACCIDENTS: readonly (readonly [number, string, Accident])[] = [
  [4, 'an agent is killed', killAgent],
  [3, 'a session is killed', killSession],
  [1, 'the tmux server is killed', ({ world }) => world.host.killServer()],
  [2, 'the socket of tmux vanishes', ({ world }) => world.host.vanishSocket()],
  [2, 'a session is renamed', renameSession],
  [2, 'somebody takes the name of a session', takeName],
  [2, 'a working folder is removed', removeFolder],
  [2, 'the remote does not answer', remoteDown],
  [1, 'the branch is force-pushed', forcePush],
  [2, 'a stranger claims or answers', forge],
  [
    3,
    'somebody leaves a message in an inbox',
    ({ world, random }) => world.ledger.post(random.pick(NAMES), random.hex()),
  ],
  [2, 'the plan is edited', ({ world, random }) => world.files.write(`/plans/${PLAN_FILE}`, random.hex(), 0o600)],
  [2, 'tmux does not answer', tmuxDown],
  [2, 'processes can not be read', processesUnreadable],
  [2, 'tmux does not notice deaths', losesDeaths],
  [2, 'the wall clock jumps', jumpClock],
  [3, 'the usage limit is reached', reachLimit],
  [2, 'a person types into a session', typeAsPerson],
  [3, 'the controller is killed', ({ killController }) => killController('kill -9')],
  [1, 'the state directory is lost', loseState],
  [2, 'a person orders a restart', orderRestart],
  [2, 'a person stops the crew', stopCrew],
  [2, 'a manifest is edited', editManifest],
  [1, 'a person ends the phase', endPhase],
  [4, 'something happens to the machine', machineTrouble],
  [4, 'the machine breaks for good', breakMachine],
];

/** Draws one accident. */
export function drawAccident(random: Random): readonly [string, Accident] {
  const total = ACCIDENTS.reduce((sum, [weight]) => sum + weight, 0);
  let left = random.between(1, total);
  const [, name, accident] = ACCIDENTS.find(([weight]) => (left -= weight) <= 0) ?? ACCIDENTS[0] ?? [];
  if (name === undefined || accident === undefined) throw new Error('could not draw an accident: there is none');
  return [name, accident];
}

function killAgent({ world, random }: Scene): void {
  const agent = world.live(random.pick(NAMES))[0];
  if (agent !== undefined) world.host.kernel.end(agent.part.terminal.pid, { signal: 'SIGKILL' });
}

function killSession({ world, random }: Scene): void {
  const { server } = world.host;
  const session = world.host.session(random.pick(NAMES));
  if (server !== undefined && session?.marks.has('rig') === true) world.host.endSession(server, session);
}

function renameSession({ world, random }: Scene): void {
  const session = world.host.session(random.pick(NAMES));
  if (session !== undefined) world.host.edit(session.id, { name: `mine-${random.hex()}` });
}

function takeName({ world, random, later }: Scene): void {
  const name = random.pick(NAMES);
  if (world.host.session(name) !== undefined) killSession({ world, random } as Scene);
  if (world.host.session(name) !== undefined || world.host.tmuxFailure !== undefined) return;
  const { sessionId, panePid } = world.host.startForeign({ name });
  later(20_000, 200_000, () => {
    const server = [...world.host.servers.values()].find((one) => one.sessions.get(sessionId)?.panePid === panePid);
    const session = server?.sessions.get(sessionId);
    if (server !== undefined && session !== undefined) world.host.endSession(server, session);
  });
}

/** Folders that somebody has removed, so that nobody else is blamed for it. */
const removed = new WeakSet<object>();

function removeFolder({ world, random, later }: Scene): void {
  const path = `/work/${random.pick(NAMES)}`;
  const before = world.git.folders.get(path);
  if (before !== undefined) removed.add(before);
  world.git.folders.delete(path);
  if (!random.chance(0.5)) return;
  const notes = { 'notes.txt': 'mine' };
  world.git.folders.set(path, notes);
  later(20_000, 120_000, () => {
    const place = world.git.folders.get(path);
    if (place === notes) world.git.folders.delete(path);
    else if (place !== undefined && !removed.has(notes))
      world.chronicle.violate(`"${path}" held something that was overwritten`);
  });
}

function remoteDown({ world, random, later }: Scene): void {
  const remote = world.git.remote(world.ledger.url);
  remote.fault = random.pick(['RemoteUnreachable', 'AuthenticationFailed'] as const);
  later(10_000, 200_000, () => void (remote.fault = undefined));
}

function forcePush({ world, random }: Scene): void {
  world.looksByItself = true;
  world.ledger.forcePush(random.between(1, 3));
}

function forge({ world, random }: Scene): void {
  const words = ['claim', 'review'].flatMap((kind) => ['p1', 'p2a', 'p2b'].map((scope) => `${kind}(${scope})`));
  world.ledger.forge(`${random.pick(words)}: ${random.pick(['PASS', 'FAIL', 'VETO'])}`);
}

function tmuxDown({ world, later }: Scene): void {
  world.host.tmuxFailure = 'no answer within 5 s';
  later(5000, 90_000, () => void (world.host.tmuxFailure = undefined));
}

function processesUnreadable({ world, later }: Scene): void {
  world.host.processFailure = 'could not read /proc';
  later(5000, 90_000, () => void (world.host.processFailure = undefined));
}

function losesDeaths({ world, later }: Scene): void {
  world.host.losesDeaths = true;
  later(30_000, 200_000, () => {
    world.host.losesDeaths = false;
    world.host.noticeDeaths();
  });
}

function jumpClock({ world, random, oracles }: Scene): void {
  oracles.hasSteadyMemory = false;
  oracles.limits.forget();
  // A reset that was told moves with the clock: a person would see to it.
  const jumps =
    world.provider.limit === undefined ? [-7_200_000, -60_000, -2000, 2000, 60_000, 7_200_000] : [-2000, 2000];
  const byMs = random.pick(jumps);
  world.chronicle.tell(`by ${String(byMs / 1000)} s`);
  world.clock.jumpWall(byMs);
}

function typeAsPerson({ world, random, later }: Scene): void {
  const session = world.host.session(random.pick(NAMES));
  if (session === undefined) return;
  const press = (): void => void (session.typedAtMs = world.clock.now().wallMs);
  press();
  for (const atMs of [8000, 16_000, 24_000, 32_000]) later(atMs, atMs + 1, press);
}

function reachLimit({ world, random, later }: Scene): void {
  const isTold = random.chance(0.7);
  world.provider.reach(random.between(60_000, 2_000_000), isTold);
  world.chronicle.tell(isTold ? `until ${world.provider.limit?.resetText ?? ''}` : 'without a word when it resets');
  later(60_000, 1_000_000, () => world.provider.relent());
}

async function loseState({ world, oracles, killController }: Scene): Promise<void> {
  oracles.hasSteadyMemory = false;
  oracles.phases.forget();
  oracles.typing.forget();
  oracles.handOffs.forget();
  oracles.limits.forget();
  oracles.machine.forget();
  killController('its state directory is gone');
  await world.loseState();
}

async function orderRestart({ world, random, oracles }: Scene): Promise<void> {
  const name = random.pick(NAMES);
  oracles.ordered.set(name, world.clock.now().monoMs + ORDER_MS);
  await order(world, `Agent/${name}`, { restart: { by: 'ana', at: iso(world), id: random.hex() } });
}

async function stopCrew({ world, random, later }: Scene): Promise<void> {
  await order(world, 'Rig/default', { stop: { by: 'ana', at: iso(world) } });
  later(20_000, random.between(60_000, 400_000), () => void order(world, 'Rig/default', {}));
}

async function endPhase({ world, random }: Scene): Promise<void> {
  const sequence = await world.store.get('Sequence/main');
  const current = sequence !== undefined && 'status' in sequence ? sequence.status?.['currentPhase'] : undefined;
  if (typeof current !== 'string') return;
  const by = { by: 'ana', at: iso(world), why: 'accepted by hand', id: random.hex() };
  await order(world, 'Sequence/main', { phase: { ...by, verb: 'Advance', phase: current } });
}

async function editManifest({ world, random }: Scene): Promise<void> {
  const name = random.pick(NAMES);
  const spec = agentSpec(world.shape, name, [{ name: 'EXAMPLE', value: random.hex() }]);
  await writeSpec(world.store, { kind: 'Agent', name, spec });
}

function machineTrouble({ world, random, later }: Scene): void {
  const { incus } = world;
  const instance = incus.peek('ci', 'vm');
  const kind = random.pick(['down', 'hung', 'crash', 'stopped', 'frozen', 'deaf'] as const);
  world.chronicle.tell(`namely: ${kind}`);
  if (kind === 'down' || kind === 'hung') incus.setFault(kind === 'down' ? 'ServerUnreachable' : 'ServerHung');
  if (kind === 'crash') incus.crash();
  if (kind === 'stopped') incus.killGuest('ci', 'vm');
  if (kind === 'frozen' && instance?.status === 'Running') instance.status = 'Frozen';
  if (kind === 'deaf' && instance !== undefined) instance.answers = false;
  later(10_000, 300_000, () => {
    incus.setFault(undefined);
    const now = incus.peek('ci', 'vm');
    if (now !== undefined) now.answers = true;
  });
}

// Only a new disk cures it. A person looks after a while, and approves what the machine asks for then.
function breakMachine({ world, random, oracles, later }: Scene): void {
  const instance = world.incus.peek('ci', 'vm');
  if (instance === undefined) return;
  instance.answers = false;
  later(1_000_000, 3_000_000, () => void (instance.answers = true));
  const looksMs = random.between(60_000, 300_000);
  for (const look of [1, 2, 3]) world.clock.after(look * looksMs, () => void approve({ world, random, oracles }));
}

async function approve({ world, random, oracles }: Pick<Scene, 'world' | 'random' | 'oracles'>): Promise<void> {
  const machine = await world.store.get('VirtualMachine/vm');
  const status = machine !== undefined && 'versions' in machine ? machine.status : undefined;
  const failure = (status?.['failure'] as { id?: string } | undefined)?.id;
  if (machine === undefined || !('versions' in machine) || failure === undefined) return;
  const id = random.hex();
  oracles.machine.given.add(id);
  world.chronicle.tell(`a person approves ${id} for the failure ${failure}`);
  const until = toIso(world.clock.now().wallMs + 3_600_000);
  const { generation } = machine.metadata;
  await order(world, 'VirtualMachine/vm', { approve: { by: 'ana', at: iso(world), id, until, failure, generation } });
}

async function order(world: SimulatedWorld, key: string, operator: StoredObject['operator'] & object): Promise<void> {
  const object = await world.store.get(key);
  if (object === undefined || !('versions' in object)) return;
  try {
    await world.store.writeOperator(key, operator, object.versions.operator);
  } catch {
    // Somebody else gave an order in the same moment: this one comes after it.
    await order(world, key, operator);
  }
}

function iso(world: SimulatedWorld): string {
  return new Date(world.clock.now().wallMs).toISOString();
}
