import type { GateStatus } from '#api/gate.ts';

import type { Entry } from './ledger.ts';
import type { ScriptedAgent } from './scripted-agent.ts';
import type { SimulatedWorld } from './world.ts';

const UNTOLD_MS = 240_000;

/** Sees to it that every open matter is told to the agent that lives and has to know. */
export class HandOffOracle {
  readonly #world: SimulatedWorld;
  readonly #startedMs = new Map<ScriptedAgent, number>();
  #firstSeen: string | undefined;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    world.onAgentStart.push((agent) => this.#startedMs.set(agent, world.clock.now().monoMs));
  }

  /** Looks at a status as it is about to be stored. */
  written(key: string, status: object): void {
    if (key === 'Gate/handoff') this.#firstSeen = (status as GateStatus).firstSeenCommit;
  }

  /** What was seen is forgotten with the state. */
  forget(): void {
    this.#firstSeen = undefined;
  }

  /** Judges when nothing has gone wrong since then (monotonic ms). */
  check(calmSinceMs: number): void {
    const { clock, ledger } = this.#world;
    const nowMs = clock.now().monoMs;
    if (nowMs < calmSinceMs + UNTOLD_MS) return;
    // Answers from before the gate was first seen are owed to nobody.
    const known = shasUntil(ledger.history(this.#firstSeen ?? ledger.head()));
    for (const { claim, verdict, answer } of ledger.scopes(ledger.history())) {
      const isOpen = verdict === undefined || verdict === 'unclear';
      if (isOpen && nowMs - claim.atMs > UNTOLD_MS) this.#mustKnow('adversary', `claim ${short(claim)}`, -1);
      if (answer === undefined || nowMs - answer.atMs < UNTOLD_MS || known.has(answer.sha)) continue;
      this.#mustKnow('builder', `review ${short(answer)}`, answer.atMs);
    }
  }

  // Whoever started after it happened has read it in git.
  #mustKnow(name: string, matter: string, knownSinceMs: number): void {
    const { clock, told, chronicle } = this.#world;
    const [agent] = this.#world.live(name);
    const startedMs = agent === undefined ? Infinity : (this.#startedMs.get(agent) ?? Infinity);
    if (clock.now().monoMs - startedMs < UNTOLD_MS) return;
    if (agent === undefined || (knownSinceMs >= 0 && startedMs > knownSinceMs)) return;
    if (told.get(`${name}/${agent.part.incarnation}`)?.has(matter) !== true)
      chronicle.violate(`${matter} was never told to the ${name} that lives`);
  }
}

function shasUntil(line: readonly Entry[]): ReadonlySet<string> {
  return new Set(line.map(({ sha }) => sha));
}

function short({ sha }: Entry): string {
  return sha.slice(0, 12);
}
