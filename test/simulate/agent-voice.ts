import { spoolFolder } from '#observe/observe-signals.ts';

import type { FakeClock } from '../fakes/fake-clock.ts';
import type { FakeSignals } from '../fakes/fake-signals.ts';
import type { FakeTerminal } from '../fakes/fake-tmux-server.ts';
import type { Random } from './random.ts';

/** Home of every simulated program. */
export const HOME = '/home/loops';

/** How often the word of a turn's end gets lost on its way, and how often an incarnation has no channel at all. */
const LOST = 0.02;
const MUTE = 0.25;

/** Who speaks, and how it reaches the spool. */
export type VoicePart = {
  readonly stateDir: string;
  readonly name: string;
  readonly incarnation: string;
  readonly terminal: FakeTerminal;
  readonly signals: FakeSignals;
  readonly clock: FakeClock;
  readonly random: Random;
};

/** What a scripted claude says about itself, as the real one does: hooks, and the file of its process. */
export class AgentVoice {
  readonly #part: VoicePart;
  readonly #isMute: boolean;

  constructor(part: VoicePart) {
    this.#part = part;
    this.#isMute = part.random.chance(MUTE);
  }

  /** A hook runs. Now and then the word of a turn's end is lost: the file of the process still tells. */
  event(event: string, payload: object = {}): void {
    const { signals, random, clock } = this.#part;
    if (this.#isMute || (event === 'Stop' && random.chance(LOST))) return;
    signals.event(this.#folder(), { event, atMs: clock.now().wallMs, payload: { ...payload } });
  }

  /** A hook of which the newest word counts. */
  slot(event: string, payload: object = {}): void {
    const { signals, clock } = this.#part;
    if (!this.#isMute) signals.slot(this.#folder(), { event, atMs: clock.now().wallMs, payload: { ...payload } });
  }

  /** An input was accepted: it stands in the history from Enter on, also while a turn runs. */
  input(display: string): void {
    const { signals, clock } = this.#part;
    if (this.#isMute) return;
    const path = `${HOME}/.claude/history.jsonl`;
    const atMs = clock.now().wallMs;
    const lines = [...(signals.files.get(path)?.lines ?? []), { display, timestamp: atMs }].slice(-30);
    signals.files.set(path, { atMs, bytes: (signals.files.get(path)?.bytes ?? 0) + display.length, lines });
  }

  /** The program writes into the file of its process what it does now. */
  status(status: 'busy' | 'idle' | 'waiting', waitingFor?: string): void {
    const { terminal, signals, clock } = this.#part;
    if (this.#isMute) return;
    const atMs = clock.now().wallMs;
    const { pid, startTime } = terminal;
    const value = { pid, procStart: String(startTime), status, statusUpdatedAt: atMs, version: '2.1.197', waitingFor };
    signals.files.set(`${HOME}/.claude/sessions/${String(pid)}.json`, { atMs, bytes: 300, value });
  }

  #folder(): string {
    const { stateDir, name, incarnation } = this.#part;
    return spoolFolder(stateDir, name, incarnation);
  }
}
