import type { FakeClock } from '../fakes/fake-clock.ts';

/** A usage limit of the account: until when (monotonic ms), and what the programs say about its end. */
type UsageLimit = { readonly endMs: number; readonly resetText: string | undefined };

const MINUTE_MS = 60_000;

/** The provider of the models: the account of all claude agents may meet its usage limit. */
export class Provider {
  readonly #clock: FakeClock;
  #limit: UsageLimit | undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** The limit while it is reached. */
  get limit(): UsageLimit | undefined {
    return this.#limit !== undefined && this.#clock.now().monoMs < this.#limit.endMs ? this.#limit : undefined;
  }

  /** Reaches the limit for at least so long; it ends with a full minute, as its words say when they say so. */
  reach(spanMs: number, isTold: boolean): void {
    const { wallMs, monoMs } = this.#clock.now();
    const endWallMs = Math.ceil((wallMs + spanMs) / MINUTE_MS) * MINUTE_MS;
    this.#limit = { endMs: monoMs + endWallMs - wallMs, resetText: isTold ? clockText(endWallMs) : undefined };
  }

  /** Ends a limit whose end nobody was told. */
  relent(): void {
    if (this.#limit?.resetText === undefined) this.#limit = undefined;
  }
}

function clockText(wallMs: number): string {
  const at = new Date(wallMs);
  const hour = at.getUTCHours();
  const half = hour < 12 ? 'am' : 'pm';
  return `${String(hour % 12 || 12)}:${String(at.getUTCMinutes()).padStart(2, '0')}${half} (UTC)`;
}
