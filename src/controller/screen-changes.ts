import type { AgentObject } from '#api/agent.ts';
import { backendOf } from '#backends/registry.ts';
import type { ScreenState } from '#backends/screen-state.ts';
import type { TmuxReader } from '#drivers/tmux/tmux.ts';
import { keyOf } from '#observe/object-set.ts';

/** A screen that no reading fits, as it is and without what moves by itself. */
export type UnknownShown = { readonly screen: string; readonly steady: string };

/**
 * Tells for which agents the screen means something else than at the last look: a dialog, an error, the end of a turn.
 * All screens of a round are read in one tmux call, however many agents there are.
 */
export class ScreenChanges {
  readonly #tmux: Pick<TmuxReader, 'capture'>;
  readonly #onUnknown: (agent: AgentObject, screen: UnknownShown) => Promise<void>;
  readonly #meanings = new Map<string, string>();
  readonly #strange = new Map<string, { readonly steady: string; readonly isTold: boolean }>();
  readonly #shown = new Map<string, string>();

  /** `onUnknown` hears of a screen that no reading fits, once each time that it stays for two looks. */
  constructor(
    tmux: Pick<TmuxReader, 'capture'>,
    onUnknown: (agent: AgentObject, screen: UnknownShown) => Promise<void> = async () => undefined,
  ) {
    this.#tmux = tmux;
    this.#onUnknown = onUnknown;
  }

  /** One round. Answers the keys of those whose screen changed its meaning; an unreadable screen is no change. */
  async look(agents: readonly AgentObject[]): Promise<readonly string[]> {
    const due = agents.filter(hasMeaning);
    const changed = await Promise.all(
      due.map(async (agent) => ((await this.#hasChanged(agent)) ? [keyOf(agent)] : [])),
    );
    return changed.flat();
  }

  async #hasChanged(agent: AgentObject): Promise<boolean> {
    const paneId = agent.status?.session?.paneId ?? '';
    const screen = await this.#tmux.capture(paneId);
    if (screen.state !== 'known' || this.#isAsBefore(agent, screen.value)) return false;
    const { waitMarker } = agent.spec.liveness;
    const read = backendOf(agent.spec.backend.type).classify(screen.value, { waitMarker });
    const meaning = [paneId, read.state, read.cause, read.dialog, read.box, read.waitMarker].join('\n');
    await this.#noticeStrange(agent, screen.value, read);
    const before = this.#meanings.get(keyOf(agent));
    this.#meanings.set(keyOf(agent), meaning);
    return before !== meaning;
  }

  // Most screens of a crew at rest are the same, byte for byte. One that nobody knows has to be met twice.
  #isAsBefore(agent: AgentObject, screen: string): boolean {
    const key = keyOf(agent);
    const shown = `${agent.status?.session?.paneId ?? ''}\n${screen}`;
    const isSame = this.#shown.get(key) === shown && this.#strange.get(key)?.isTold !== false;
    this.#shown.set(key, shown);
    return isSame;
  }

  // A screen that is just being drawn fits nothing either: it has to stay.
  async #noticeStrange(agent: AgentObject, screen: string, read: ScreenState): Promise<void> {
    const key = keyOf(agent);
    const before = this.#strange.get(key);
    if (!isStrange(agent, read)) {
      this.#strange.delete(key);
      return;
    }
    const steady = backendOf(agent.spec.backend.type).steadyScreen?.(screen) ?? screen;
    const isSame = before?.steady === steady;
    this.#strange.set(key, { steady, isTold: isSame });
    if (isSame && !before.isTold) await this.#onUnknown(agent, { screen, steady });
  }
}

// A program without a known shape shows nothing that could mean something else, but for its wait, which timers find.
function hasMeaning({ spec, status }: AgentObject): boolean {
  return status?.session !== undefined && spec.backend.type !== 'command';
}

// Some programs show nothing while they stream text: where their input is found and their own word explains the rest, such
// a screen is no news, and a crew at work would fill the archive with it.
function isStrange({ spec, status }: AgentObject, { state, dialog, box }: ScreenState): boolean {
  if (spec.backend.type === 'command') return false;
  const isExplained = (box === 'Empty' || box === 'Draft') && status?.state?.name === 'Busy';
  return dialog === 'Other' || (state === 'Unknown' && !isExplained);
}
