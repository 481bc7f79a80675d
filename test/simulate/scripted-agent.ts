import { toIso } from '#api/time.ts';
import type { FakeProgram, FakeTerminal } from '../fakes/fake-tmux-server.ts';

import type { FakeClock } from '../fakes/fake-clock.ts';
import type { Random } from './random.ts';
import type { AgentVoice } from './agent-voice.ts';
import { boxedScreen, menuScreen, plainScreen } from './screen.ts';

/** How a scripted agent misbehaves, as probabilities per turn or start. */
export type Habits = {
  readonly crash: number;
  readonly wedge: number;
  readonly forgetMarker: number;
  readonly crashAtStart: number;
  readonly ignoreHangup: number;
  readonly leaveTool: number;
  readonly apiError: number;
  readonly dialogAtStart: number;
};

/** It does as it is told. */
export const GOOD_HABITS: Habits = {
  crash: 0,
  wedge: 0,
  forgetMarker: 0,
  crashAtStart: 0,
  ignoreHangup: 0,
  leaveTool: 0,
  apiError: 0,
  dialogAtStart: 0,
};

/** What one scripted agent needs of its world. */
export type AgentPart = {
  readonly name: string;
  readonly incarnation: string;
  readonly phaseId: string;
  readonly backend: 'claude' | 'command';
  readonly terminal: FakeTerminal;
  readonly clock: FakeClock;
  readonly random: Random;
  readonly habits: () => Habits;
  /** What it says about itself; undefined for a program that has no channel. */
  readonly voice?: AgentVoice | undefined;
  /** The words in which its provider refuses it now because of a usage limit; undefined when it does not. */
  readonly refusal: () => string | undefined;
  readonly isRunning: () => boolean;
  /** One unit of work on git; true when there is more to do. Throws when git can not be used. */
  readonly work: () => boolean;
  /** True when git shows something that this agent was not told about and has to look at. */
  readonly isLost: () => boolean;
  /** False when the folder that it works in is gone. */
  readonly hasFolder: () => boolean;
  /** Called with every text that the agent has taken. */
  readonly heard: (text: string) => void;
  /** Called with every text that was typed and sent off. */
  readonly submitted: (text: string) => void;
};

const TRUST = ['Accessing workspace:', '1. Yes, I trust this folder', '2. No, exit'];
const LIMIT_MENU = ['What do you want to do?', '1. Stop and wait for limit to reset', '2. Upgrade your plan'];
const SIGN_MS = 3000;
const WAIT_MS = { low: 60_000, high: 500_000 };

/** One process of one agent CLI: turns, a screen, a box for input, and habits. */
export class ScriptedAgent {
  readonly part: AgentPart;
  /** Monotonic time since which a turn runs; undefined between turns. */
  busySinceMs: number | undefined;
  /** True while it hangs in a turn without any sign of life. */
  isWedged = false;
  readonly program: FakeProgram;
  #blocks: string[] = [];
  #draft = '';
  #queue: string[] = [];
  #step = 0;
  #triesAgain = false;
  #menu: readonly string[] | undefined;
  #chosen: (option: number) => void = () => undefined;
  #option = 0;
  #cancelWake: () => void = () => undefined;

  constructor(part: AgentPart) {
    this.part = part;
    this.program = { onText: (text) => this.#typed(text), onKeys: (keys) => keys.forEach((key) => this.#pressed(key)) };
  }

  /** Begins to run, with its start prompt. */
  start(prompt: string): void {
    const { random, habits, terminal } = this.part;
    if (random.chance(habits().ignoreHangup))
      terminal.ignore('SIGHUP', ...(random.chance(0.3) ? ['SIGTERM' as const] : []));
    this.#after(random.between(200, 2500), () => {
      if (random.chance(habits().crashAtStart)) return terminal.exit(1);
      const isNew = this.part.backend === 'claude' && random.chance(habits().dialogAtStart);
      if (!isNew) return this.#begin(prompt);
      this.#ask(TRUST, (option) => (option === 0 ? this.#begin(prompt) : terminal.exit(1)));
    });
  }

  #begin(prompt: string): void {
    this.part.voice?.event('SessionStart', { source: 'startup' });
    this.part.heard(prompt);
    this.#blocks.push('❯ the start prompt');
    this.#turn(true);
  }

  #ask(menu: readonly string[], chosen: (option: number) => void): void {
    this.#menu = menu;
    this.#option = 0;
    this.#chosen = chosen;
    if (this.#blocks.length > 0) this.part.voice?.status('waiting', 'dialog open');
    this.#show();
  }

  #turn(looks: boolean): void {
    const { random, habits } = this.part;
    this.#cancelWake();
    this.busySinceMs = this.part.clock.now().monoMs;
    this.isWedged = false;
    this.part.voice?.event('UserPromptSubmit', { prompt: this.#blocks.at(-1) });
    this.part.voice?.status('busy');
    if (this.part.refusal() !== undefined) return void this.#after(random.between(300, 2000), () => this.#refused());
    this.isWedged = random.chance(habits().wedge);
    if (random.chance(0.2)) this.part.terminal.spawn(['tool'], {});
    if (this.isWedged) return this.#show();
    const endMs = this.busySinceMs + (looks ? random.between(2000, 50_000) : random.between(1000, 4000));
    this.#sign(endMs, looks);
  }

  #sign(endMs: number, looks: boolean): void {
    const leftMs = endMs - this.part.clock.now().monoMs;
    if (this.busySinceMs === undefined) return;
    if (leftMs <= 0) return this.#turnEnds(looks);
    this.#step += 1;
    this.part.terminal.useCpu(150);
    this.part.voice?.slot('PreToolUse', { tool_name: 'Bash' });
    this.part.voice?.slot('PostToolBatch');
    this.#show();
    this.#after(Math.min(leftMs, SIGN_MS), () => this.#sign(endMs, looks));
  }

  #turnEnds(looks: boolean): void {
    const { random, habits, terminal } = this.part;
    if (random.chance(habits().crash)) return terminal.exit(random.between(1, 3));
    if (this.part.backend === 'claude' && random.chance(habits().apiError))
      return this.#fails('● API Error: 529 Overloaded. This is a server-side issue.');
    const more = looks && this.#work();
    if (!this.part.isRunning()) return;
    const next = this.#queue.shift();
    if (next !== undefined || more) {
      if (next !== undefined) this.#blocks.push(`❯ ${next}`);
      return this.#turn(true);
    }
    this.busySinceMs = undefined;
    this.#rest(random.chance(habits().forgetMarker));
  }

  #refused(): void {
    const words = this.part.refusal() ?? "You've hit your session limit";
    const asked = this.#blocks.findLast((block) => block.startsWith('❯')) ?? '❯ a timer';
    this.#fails(`${asked.split('\n')[0] ?? asked}\n  ⎿  ${words}`);
    if (this.part.random.chance(0.3)) this.#ask(LIMIT_MENU, () => undefined);
  }

  // A turn that failed leaves the agent idle, with nothing that wakes it.
  #fails(block: string): void {
    this.busySinceMs = undefined;
    this.#queue = [];
    const text = block.split(/⎿ {2}|● /).at(-1) ?? '';
    const error = text.startsWith('API Error') ? 'server_error' : 'rate_limit';
    this.part.voice?.event('StopFailure', { error, last_assistant_message: text });
    this.part.voice?.status('idle');
    this.#blocks = [...this.#blocks, block].slice(-6);
    this.#show();
  }

  #work(): boolean {
    this.#triesAgain = false;
    try {
      return this.part.work();
    } catch {
      // Without its folder it can not go on; without the remote it tries again when it wakes.
      if (!this.part.hasFolder()) this.part.terminal.exit(1);
      this.#triesAgain = true;
      return false;
    }
  }

  #rest(forgets: boolean, wasCut = false): void {
    const waitMs = this.part.random.between(WAIT_MS.low, WAIT_MS.high);
    const until = toIso(this.part.clock.now().wallMs + waitMs);
    if (!wasCut) {
      const last_assistant_message = forgets ? 'Done.' : `Done.\nWAITING-UNTIL: ${until}`;
      this.part.voice?.event('Stop', { last_assistant_message });
    }
    this.part.voice?.status('idle');
    this.#blocks.push(forgets ? '● Done.' : `● Done.\n  WAITING-UNTIL: ${until}`);
    this.#blocks = this.#blocks.slice(-6);
    this.#show();
    if (forgets) return;
    this.#cancelWake = this.#after(waitMs, () => this.#turn(this.#triesAgain || this.part.isLost()));
  }

  #typed(text: string): void {
    if (this.#menu !== undefined) return;
    this.#draft += text;
    this.#show();
  }

  #pressed(key: string): void {
    if (this.#menu !== undefined) return this.#choose(key);
    if (key === 'Enter') return this.#submitted();
    // An interrupt ends the turn; the agent then sits there without a word.
    if (this.busySinceMs === undefined) return;
    this.busySinceMs = undefined;
    this.isWedged = false;
    const next = this.#queue.shift();
    // No hook tells of an interruption.
    if (next === undefined) return this.#rest(true, true);
    this.#blocks.push(`❯ ${next}`);
    this.#turn(true);
  }

  #choose(key: string): void {
    if (key === 'Down') {
      this.#option += 1;
      return this.#show();
    }
    const option = key === 'Enter' ? this.#option : -1;
    this.#menu = undefined;
    if (this.#blocks.length > 0) this.part.voice?.status('idle');
    this.#show();
    this.#chosen(option);
  }

  #submitted(): void {
    const text = this.#draft.trim();
    this.#draft = '';
    if (text === '') return this.#show();
    this.part.submitted(text);
    this.part.heard(text);
    this.part.voice?.input(text);
    if (this.busySinceMs !== undefined) {
      this.#queue.push(text);
      this.#show();
      return;
    }
    this.#blocks.push(`❯ ${text}`);
    this.#turn(true);
  }

  #show(): void {
    const { backend, terminal } = this.part;
    if (!this.part.isRunning()) return;
    const blocks = [...this.#blocks, ...this.#queue.map((text) => `❯ ${text}`)];
    const working = this.busySinceMs === undefined ? undefined : `Working ${String(this.#step)}`;
    const screen = { blocks, working, draft: this.#draft };
    terminal.clear();
    if (this.#menu !== undefined) terminal.write(menuScreen(screen.blocks, this.#menu, this.#option));
    else terminal.write(backend === 'claude' ? boxedScreen(screen) : plainScreen(screen));
  }

  #after(delayMs: number, fn: () => void): () => void {
    return this.part.clock.after(delayMs, () => {
      if (this.part.isRunning()) fn();
    });
  }
}
