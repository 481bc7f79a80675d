import type { AgentObject } from '#api/agent.ts';
import { backendOf } from '#backends/registry.ts';
import type { TmuxReader } from '#drivers/tmux/tmux.ts';
import { keyOf } from '#observe/object-set.ts';

/** Agents whose own channels have spoken tell what matters themselves; their screens are looked at this seldom. */
const EVERY_NTH = 5;

/**
 * Tells for which agents the screen means something else than at the last look: a dialog, an error, the end of a turn.
 * All screens of a round are read in one tmux call, however many agents there are.
 */
export class ScreenChanges {
  readonly #tmux: Pick<TmuxReader, 'capture'>;
  readonly #meanings = new Map<string, string>();
  #round = 0;

  constructor(tmux: Pick<TmuxReader, 'capture'>) {
    this.#tmux = tmux;
  }

  /** One round. Answers the keys of those whose screen changed its meaning; an unreadable screen is no change. */
  async look(agents: readonly AgentObject[]): Promise<readonly string[]> {
    this.#round += 1;
    const due = agents.filter((agent) => this.#isDue(agent));
    const changed = await Promise.all(
      due.map(async (agent) => ((await this.#hasChanged(agent)) ? [keyOf(agent)] : [])),
    );
    return changed.flat();
  }

  #isDue({ status }: AgentObject): boolean {
    if (status?.session === undefined) return false;
    const speaks = status.state?.source === 'Signals' || status.state?.source === 'Both';
    return !speaks || this.#round % EVERY_NTH === 0;
  }

  async #hasChanged(agent: AgentObject): Promise<boolean> {
    const paneId = agent.status?.session?.paneId ?? '';
    const screen = await this.#tmux.capture(paneId);
    if (screen.state !== 'known') return false;
    const { waitMarker } = agent.spec.liveness;
    const read = backendOf(agent.spec.backend.type).classify(screen.value, { waitMarker });
    const meaning = [paneId, read.state, read.cause, read.dialog, read.box, read.waitMarker].join('\n');
    const before = this.#meanings.get(keyOf(agent));
    this.#meanings.set(keyOf(agent), meaning);
    return before !== meaning;
  }
}
