import type { ScriptedAgent } from './scripted-agent.ts';
import type { SimulatedWorld } from './world.ts';

/** As much of an agent's status as says what is being typed. */
type Typing = { readonly operation?: { id: string; step: string; detail?: { deliveries?: readonly string[] } } };

const NONCE = /\[ccci ([0-9a-z]+)\]/g;

/**
 * Sees to it that no message is typed twice into one incarnation whose backend shows what it has accepted. There is no
 * excuse: a call that fails, dies or finds out nothing leaves its nonce on disk and on the screen, and both tell whoever
 * comes next. Only a message that was deleted and made anew, or state that was lost, may come again.
 */
export class TypingOracle {
  readonly #world: SimulatedWorld;
  /** Names of messages by the nonce under which they are typed. */
  readonly #begun = new Map<string, readonly string[]>();
  readonly #submitted = new Set<string>();

  constructor(world: SimulatedWorld) {
    this.#world = world;
    world.onSubmit.push((agent, text) => this.#submits(agent, text));
  }

  /** Looks at the status of an agent as it is about to be stored. */
  written({ operation }: Typing): void {
    if (operation?.step === 'TypeMessage') this.#begun.set(operation.id, operation.detail?.deliveries ?? []);
  }

  /** A message is deleted: one of that name that comes later is another one. */
  deleted(key: string): void {
    const end = `/${key.replace('Delivery/', '')}`;
    for (const typed of this.#submitted) if (typed.endsWith(end)) this.#submitted.delete(typed);
  }

  /** What was told is forgotten with the state. */
  forget(): void {
    this.#begun.clear();
    this.#submitted.clear();
  }

  #submits({ part }: ScriptedAgent, text: string): void {
    if (part.backend !== 'claude') return;
    for (const [, nonce = ''] of text.matchAll(NONCE)) {
      for (const name of [`nonce ${nonce}`, ...(this.#begun.get(nonce) ?? [])]) {
        const typed = `${part.name}/${part.incarnation}/${name}`;
        if (this.#submitted.has(typed))
          this.#world.chronicle.violate(`${name} was typed twice into ${part.name} (${part.incarnation})`);
        this.#submitted.add(typed);
      }
    }
  }
}
