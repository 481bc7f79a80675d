import { WAKE_MS, WAKE_TEXT } from './rig-shape.ts';
import type { ScriptedAgent } from './scripted-agent.ts';
import type { SimulatedWorld } from './world.ts';

const UNTOLD_MS = 240_000;
/** A decision and its act may be this far apart, with every call late. */
const GRACE_MS = 12_000;

/**
 * Sees to it that every version of an inbox is told to the agent that lives, once for each launch, and that a regular
 * wake comes between turns and not too often.
 */
export class MailOracle {
  readonly #world: SimulatedWorld;
  readonly #hasSteadyMemory: () => boolean;
  readonly #startedMs = new Map<ScriptedAgent, number>();
  readonly #wokenMs = new Map<string, number>();
  #wasLimited = false;

  /** `hasSteadyMemory` is false once the clock has jumped or the state was lost: times can not be kept then. */
  constructor(world: SimulatedWorld, hasSteadyMemory: () => boolean) {
    this.#world = world;
    this.#hasSteadyMemory = hasSteadyMemory;
    world.onAgentStart.push((agent) => this.#startedMs.set(agent, world.clock.now().monoMs));
    world.onSubmit.push((agent, text) => this.#submits(agent, text));
  }

  /** Judges when nothing has gone wrong since then (monotonic ms). */
  check(calmSinceMs: number): void {
    const nowMs = this.#world.clock.now().monoMs;
    // How soon somebody is resumed after a usage limit is judged elsewhere.
    this.#wasLimited ||= this.#world.provider.limit !== undefined;
    if (this.#wasLimited) return;
    if (nowMs >= calmSinceMs + UNTOLD_MS) for (const name of ['builder', 'adversary']) this.#mustKnow(name, nowMs);
  }

  #mustKnow(name: string, nowMs: number): void {
    const { ledger, told, chronicle } = this.#world;
    const line = ledger.history();
    const text = line[0]?.mail.get(name);
    const [agent] = this.#world.live(name);
    if (text === undefined || agent === undefined) return;
    const postedMs = line.findLast(({ mail }) => mail.get(name) === text)?.atMs ?? nowMs;
    const sinceMs = Math.max(postedMs, this.#startedMs.get(agent) ?? nowMs);
    const isTold = told.get(`${name}/${agent.part.incarnation}`)?.has(`mail ${text}`) === true;
    if (nowMs - sinceMs > UNTOLD_MS && !isTold)
      chronicle.violate(`the message "${text}" in its inbox was never told to the ${name} that lives`);
  }

  #submits(agent: ScriptedAgent, text: string): void {
    const { name, backend, incarnation } = agent.part;
    if (backend !== 'claude') return;
    // What was heard is entered right after this: a version that is there already comes again.
    const told = this.#world.told.get(`${name}/${incarnation}`);
    for (const [, sha = ''] of text.matchAll(/-INBOX\.md at commit ([0-9a-f]{12})/g)) {
      const version = this.#world.ledger.entry(sha)?.mail.get(name) ?? '';
      const isAgain = told?.has(`mail ${version}`) === true && !this.#world.looksByItself;
      if (isAgain) this.#world.chronicle.violate(`the message "${version}" was told twice to ${name} (${incarnation})`);
    }
    if (text.includes(WAKE_TEXT)) this.#wakes(agent);
  }

  #wakes({ part: { name }, busySinceMs }: ScriptedAgent): void {
    const { clock, chronicle } = this.#world;
    const nowMs = clock.now().monoMs;
    if (busySinceMs !== undefined && nowMs - busySinceMs > GRACE_MS) chronicle.violate(`${name} is woken in mid-turn`);
    const gapMs = nowMs - (this.#wokenMs.get(name) ?? -Infinity);
    this.#wokenMs.set(name, nowMs);
    // Between the making of two wakes lies the whole time; a message that waited for its input came late.
    if (gapMs < WAKE_MS / 2 && this.#hasSteadyMemory()) chronicle.violate(`${name} is woken after ${String(gapMs)} ms`);
  }
}
