import { toIso } from '#api/time.ts';
import type { Clock } from '#drivers/clock/clock.ts';

/** What happened in one run, in order, with virtual time since its start. */
export class Chronicle {
  readonly lines: string[] = [];
  violation: string | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Writes one line. */
  tell(text: string): void {
    const seconds = (this.#clock.now().monoMs / 1000).toFixed(2).padStart(9);
    this.lines.push(`${String(this.lines.length + 1).padStart(4)} ${seconds}s  ${text}`);
  }

  /** Notes that a rule was broken; the run ends. The first one counts. */
  violate(rule: string): void {
    if (this.violation !== undefined) return;
    this.violation = rule;
    this.tell(`VIOLATED: ${rule} (wall time ${toIso(this.#clock.now().wallMs)})`);
  }

  /** The story as one text. */
  text(): string {
    return this.lines.join('\n');
  }
}
