import type { SequenceStatus } from '#api/sequence.ts';

import type { Entry } from './ledger.ts';
import type { SimulatedWorld } from './world.ts';

/** Judges each phase that is called done by the commits themselves. */
export class PhaseOracle {
  readonly #world: SimulatedWorld;
  #done = new Set<string>();
  /** True once every phase is done: whoever still lives is about to be stopped, and need not hear of anything. */
  isComplete = false;

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** What was done is forgotten with the state. */
  forget(): void {
    this.#done = new Set();
  }

  /** Looks at the sequence as it is about to be stored. */
  written({ phases }: SequenceStatus): void {
    this.isComplete = phases.length > 0 && phases.every(({ state }) => state === 'Done');
    for (const [index, phase] of phases.entries()) {
      if (phase.state !== 'Done' && this.#done.has(phase.name))
        this.#world.chronicle.violate(`${phase.name} was done and is not any more`);
      if (phase.state !== 'Done' || this.#done.has(phase.name)) continue;
      this.#done.add(phase.name);
      const isOverByALaterOne = phases.slice(index + 1).some((later) => this.#isMarked(later.id, later.doneCommit));
      const isEnough = isOverByALaterOne || phase.doneBy !== undefined;
      const why = isEnough ? undefined : this.#whyNot(phase);
      this.#world.chronicle.tell(`${phase.name} is done`);
      if (why !== undefined) this.#world.chronicle.violate(`${phase.name} is called done, but ${why}`);
    }
  }

  #isMarked(id: string, commit: unknown): boolean {
    const head = typeof commit === 'string' ? commit : this.#world.ledger.head();
    return this.#world.ledger.history(head)[0]?.doneIds.has(id) === true;
  }

  #whyNot(phase: SequenceStatus['phases'][number]): string | undefined {
    const { ledger } = this.#world;
    const line = ledger.history(String(phase.doneCommit), phase.openingCommit);
    const why = this.#whyNotAt(line, phase.id);
    if (phase.openingCommit !== undefined || why === undefined) return why;
    // Who looks for the first time may find that it was done at an earlier commit, before later claims.
    const wasDone = line.some((_entry, index) => this.#whyNotAt(line.slice(index), phase.id) === undefined);
    return wasDone ? undefined : why;
  }

  #whyNotAt(line: readonly Entry[], id: string): string | undefined {
    if (line[0]?.doneIds.has(id) !== true) return 'its status file does not say so';
    const scopes = this.#world.ledger.scopes(line);
    if (scopes.length === 0) return 'nothing was claimed';
    const open = scopes.find(({ verdict, isVetoed }) => verdict !== 'PASS' || isVetoed);
    return open === undefined ? undefined : `scope ${open.scope} is ${open.verdict ?? 'open'}`;
  }
}
