import type { ScriptedAgent } from './scripted-agent.ts';
import type { SimulatedWorld } from './world.ts';

type AccountStatus = { readonly limitedSince?: string; readonly resetAt?: string };

/** A decision and its act may be this far apart, with every call late. */
const GRACE_MS = 15_000;
const RESUMED = 'The usage limit was reset.';

/**
 * Sees to it that nobody is started or told anything while the account is known to be limited until a time that was
 * told, and that each agent is told once of each end.
 */
export class LimitOracle {
  readonly #world: SimulatedWorld;
  readonly #isOrdered: (name: string) => boolean;
  readonly #resumed = new Set<string>();
  #knownSinceMs: number | undefined;
  #limits = 0;
  /** Since when (monotonic ms) the account takes requests, as far as its record says; Infinity while it does not. */
  openSinceMs = 0;

  constructor(world: SimulatedWorld, isOrdered: (name: string) => boolean) {
    this.#world = world;
    this.#isOrdered = isOrdered;
    world.onSubmit.push((agent, text) => this.#submits(agent, text));
    world.onAgentStart.push((agent) => this.#forbid(agent, 'is started'));
  }

  /** Looks at the status of the account as it is about to be stored. */
  written(key: string, status: AccountStatus): void {
    if (key !== 'Account/claude') return;
    if (status.limitedSince !== undefined) this.openSinceMs = Infinity;
    else if (this.openSinceMs === Infinity) this.openSinceMs = this.#world.clock.now().monoMs;
    const isKnown = status.limitedSince !== undefined && status.resetAt !== undefined;
    if (isKnown && this.#knownSinceMs === undefined) this.#limits += 1;
    this.#knownSinceMs = isKnown ? (this.#knownSinceMs ?? this.#world.clock.now().monoMs) : undefined;
  }

  /** What was known is forgotten with the state, and clocks that jump move every reset. */
  forget(): void {
    this.#knownSinceMs = undefined;
    this.#resumed.clear();
  }

  #submits(agent: ScriptedAgent, text: string): void {
    if (agent.part.backend !== 'claude') return;
    this.#forbid(agent, 'is told something');
    if (!text.includes(RESUMED)) return;
    const which = `${agent.part.name}/${agent.part.incarnation}/${String(this.#limits)}`;
    if (this.#limits > 0 && this.#resumed.has(which) && this.#world.provider.limit === undefined)
      this.#world.chronicle.violate(`${agent.part.name} is told twice that one limit was reset`);
    this.#resumed.add(which);
  }

  #forbid({ part }: ScriptedAgent, what: string): void {
    const { clock, provider, chronicle } = this.#world;
    if (part.backend !== 'claude' || this.#isOrdered(part.name) || provider.limit?.resetText === undefined) return;
    if (this.#knownSinceMs === undefined || clock.now().monoMs - this.#knownSinceMs < GRACE_MS) return;
    chronicle.violate(`${part.name} ${what} although the usage limit of its account is reached`);
  }
}
