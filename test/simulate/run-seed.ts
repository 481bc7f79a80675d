import { planEverything } from '#controller/plan-everything.ts';
import { checkStatus, type CheckedObject } from '#api/check-status.ts';
import { findCondition, type Condition } from '#api/conditions.ts';
import type { SequenceStatus } from '#api/sequence.ts';

import { drawAccident, type Scene } from './accidents.ts';
import { startLife, type ControllerLife } from './controller-life.ts';
import { NO_FAULTS, type FaultRates } from './fault-gate.ts';
import { Oracles } from './oracles.ts';
import type { Random } from './random.ts';
import { drawShape } from './rig-shape.ts';
import { GOOD_HABITS } from './scripted-agent.ts';
import { SimulatedWorld } from './world.ts';

/** How one run ended. */
export type SeedResult = {
  readonly seed: number;
  /** The rule that was broken, if one was. */
  readonly violation: string | undefined;
  readonly story: readonly string[];
  readonly virtualMs: number;
  readonly events: number;
  readonly lives: number;
};

const MINUTE_MS = 60_000;
/** After the last fault everything has to be done within this time. */
const LIMIT_MS = 80 * MINUTE_MS;
const MOST_DEATHS = 8;
const CHECK_MS = 15_000;
/** Everything is looked at once within this time, whatever was missed. */
const FULL_LOOK_MS = 75_000;

/** Runs one seed from its first moment until its sequence is complete and nothing is left to do. */
export async function runSeed(seed: number): Promise<SeedResult> {
  const run = new SeedRun(seed);
  await run.begin();
  const events = await run.play();
  if (run.world.chronicle.violation !== undefined) await run.tellState();
  const { chronicle, clock } = run.world;
  return {
    seed,
    violation: chronicle.violation,
    story: chronicle.lines,
    virtualMs: clock.now().monoMs,
    events,
    lives: run.lives,
  };
}

class SeedRun {
  readonly world: SimulatedWorld;
  readonly oracles: Oracles;
  lives = 0;
  readonly #random: Random;
  readonly #faultsMs: number;
  readonly #undo = new Set<() => void>();
  #rates: FaultRates = NO_FAULTS;
  #life: ControllerLife | undefined;
  #losesHints = 0;
  #isOver = false;
  #completeSinceMs: number | undefined;

  constructor(seed: number) {
    this.world = new SimulatedWorld(seed, drawShape);
    this.oracles = new Oracles(this.world);
    this.#random = this.world.random.fork();
    this.#faultsMs = this.#random.between(3, 15) * MINUTE_MS;
  }

  async begin(): Promise<void> {
    const random = this.#random;
    await this.world.apply();
    this.#rates = drawRates(random);
    this.#losesHints = random.pick([0, 0, 0.1, 1]);
    this.world.trouble = random.pick([0, 0.3, 0.6]);
    this.world.habits = drawHabits(random);
    this.oracles.faultsEndMs = this.#faultsMs;
    this.#live();
    const accidents = random.between(0, 10);
    for (let count = 0; count < accidents; count += 1) this.#schedule();
    this.world.clock.after(this.#faultsMs, () => this.#endFaults());
    this.#watch();
  }

  /** Answers how many events there were. */
  async play(): Promise<number> {
    const { clock, chronicle } = this.world;
    let events = 0;
    while (chronicle.violation === undefined && !this.#isOver && (await clock.runNext())) {
      events += 1;
      this.oracles.afterEvent();
      if (clock.now().monoMs > this.#faultsMs + LIMIT_MS) chronicle.violate('did not come to rest in time');
    }
    return events;
  }

  /** Adds what the store says about everything to the story. */
  async tellState(): Promise<void> {
    for (const object of await this.world.store.list()) {
      if (!('versions' in object)) continue;
      const conditions = (object.status?.['conditions'] ?? []) as unknown as Condition[];
      const ready = findCondition(conditions, 'Ready');
      const said = ready === undefined ? 'not looked at' : `Ready ${ready.status}, ${ready.reason}: ${ready.message}`;
      this.world.chronicle.tell(`state of ${object.kind}/${object.metadata.name}: ${said}`);
    }
  }

  #live(): void {
    this.lives += 1;
    this.oracles.controllerSinceMs = this.world.clock.now().monoMs;
    const life = { isOver: false, number: this.lives };
    this.world.chronicle.tell(`controller ${String(this.lives)} starts`);
    this.#life = startLife({
      world: this.world,
      life,
      random: this.#random.fork(),
      losesHints: () => this.#random.chance(this.#losesHints),
      gate: {
        rates: () => this.#rates,
        die: (where) => this.#die(where),
        onWrite: (name, args) => this.oracles.onWrite(name, args),
      },
    });
  }

  #die(where: string): void {
    if (this.#life === undefined || this.#life.life.isOver) return;
    this.#life.life.isOver = true;
    this.oracles.controllerSinceMs = Infinity;
    this.world.chronicle.tell(`controller dies ${where}`);
    if (this.lives >= MOST_DEATHS) this.#rates = { ...this.#rates, deathBefore: 0, deathAfter: 0 };
    const downMs = this.#random.pick([100, 2000, 20_000, 300_000]);
    this.world.clock.after(this.#random.between(10, downMs), () => this.#live());
  }

  #schedule(): void {
    const [name, accident] = drawAccident(this.#random);
    const atMs = this.#random.between(1000, this.#faultsMs - 1000);
    const scene: Scene = {
      world: this.world,
      random: this.#random.fork(),
      oracles: this.oracles,
      later: (lowMs, highMs, undo) => this.#later(this.#random.between(lowMs, highMs), undo),
      killController: (why) => this.#die(`(${why})`),
    };
    this.world.clock.after(atMs, () => {
      this.world.chronicle.tell(`happens: ${name}`);
      void accident(scene);
    });
  }

  #later(delayMs: number, undo: () => void): void {
    const once = (): void => {
      if (this.#undo.delete(once)) undo();
    };
    this.#undo.add(once);
    this.world.clock.after(delayMs, once);
  }

  #endFaults(): void {
    this.#rates = NO_FAULTS;
    this.world.habits = GOOD_HABITS;
    this.world.trouble = 0;
    this.#losesHints = 0;
    for (const undo of this.#undo) undo();
    this.#freeTheStuck();
    this.world.chronicle.tell('nothing goes wrong any more');
  }

  // Agents that hang together are held for a person, who comes now.
  #freeTheStuck(): void {
    const stuck = [...this.world.live('builder'), ...this.world.live('adversary')].filter(({ isWedged }) => isWedged);
    if (stuck.length > 1) stuck.forEach(({ program }) => program.onKeys?.(['Escape']));
  }

  #watch(): void {
    this.world.clock.after(CHECK_MS, () => void this.#check());
  }

  async #check(): Promise<void> {
    this.oracles.checkTold();
    if (this.world.clock.now().monoMs > this.#faultsMs) await this.#endUnreachable();
    const nowMs = this.world.clock.now().monoMs;
    const isComplete = nowMs > this.#faultsMs && (await this.#isComplete());
    this.#completeSinceMs = isComplete ? (this.#completeSinceMs ?? nowMs) : undefined;
    if (nowMs - (this.#completeSinceMs ?? nowMs) >= FULL_LOOK_MS) return this.#rest();
    this.#watch();
  }

  // Two tmux servers and one socket: the status of the agent out of reach says that one has to go, and a person does it.
  async #endUnreachable(): Promise<void> {
    const { host, store, chronicle } = this.world;
    for (const object of await store.list('Agent')) {
      const conditions = ('versions' in object ? object.status?.['conditions'] : undefined) as Condition[] | undefined;
      const stalled = conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True');
      const [, pid] = /under tmux server (\d+)/.exec(stalled?.message ?? '') ?? [];
      const server = host.servers.get(Number(pid));
      if (stalled?.reason !== 'SocketVanished' || server === undefined) continue;
      chronicle.tell(`a person ends tmux server ${String(server.pid)}`);
      for (const session of server.sessions.values()) host.endSession(server, session);
    }
  }

  async #isComplete(): Promise<boolean> {
    const sequence = await this.world.store.get('Sequence/main');
    const status = (sequence !== undefined && 'status' in sequence ? sequence.status : undefined) as
      SequenceStatus | undefined;
    const isDone = status?.completedAt !== undefined && status.currentPhase === undefined;
    const isQuiet = this.world.live('builder').length + this.world.live('adversary').length === 0;
    return isDone && isQuiet && this.#life?.life.isOver === false && this.#life.controller.isIdle();
  }

  /** At rest nothing is left to do, and nothing that belongs to somebody else was taken away. */
  async #rest(): Promise<void> {
    this.#isOver = true;
    if (this.#life === undefined) return;
    const { plans, refused } = await planEverything(this.#life.tools);
    const actions = plans.flatMap(({ key, actions: list }) =>
      list.map(({ type, reason }) => `${key}: ${type} ${reason}`),
    );
    // The remote is asked again and again, whatever is found.
    const left = actions.filter((text) => !text.includes('FetchMirror'));
    if (left.length + refused.length > 0)
      this.world.chronicle.violate(`still something to do at rest: ${[...left, ...refused].join('; ')}`);
    await this.#checkStatuses();
    this.world.chronicle.tell('complete and at rest');
  }

  // While things move, a status may be older than its spec; at rest nothing may.
  async #checkStatuses(): Promise<void> {
    for (const object of await this.world.store.list()) {
      if (!('versions' in object)) continue;
      const { kind, metadata } = object;
      const [finding] = checkStatus({ metadata, status: object.status as CheckedObject['status'] });
      if (finding !== undefined)
        this.world.chronicle.violate(
          `at rest ${kind}/${metadata.name} breaks rule ${String(finding.rule)}: ${finding.message}`,
        );
    }
  }
}

function drawRates(random: Random): FaultRates {
  const scale = random.pick([0, 0.3, 1, 3]);
  const rate = (most: number): number => (random.chance(0.6) ? most * scale * random.next() : 0);
  return {
    unknownRead: rate(0.02),
    lateRead: rate(0.03),
    failBefore: rate(0.01),
    failAfter: rate(0.01),
    slowWrite: rate(0.02),
    deathBefore: rate(0.01),
    deathAfter: rate(0.01),
  };
}

function drawHabits(random: Random) {
  const often = (most: number): number => (random.chance(0.4) ? most * random.next() : 0);
  return {
    crash: often(0.2),
    wedge: often(0.1),
    forgetMarker: often(0.3),
    crashAtStart: often(0.5),
    ignoreHangup: often(0.8),
    leaveTool: 0,
    apiError: often(0.1),
    dialogAtStart: often(0.5),
  };
}
