/**
 * What the git server's own requests have hinted at since the controller was started, by repository. Hints only: when
 * they are lost, polling finds the same. A hint is a time, so that one that came during a look asks for another.
 */
export class RepositoryHints {
  readonly #hintedAtMs = new Map<string, number>();
  /** Whether this controller takes requests, or is about to; undefined where nobody is meant to, as in a single run. */
  isListening: boolean | undefined;
  /** Address that requests come to, such as `127.0.0.1:8901`. */
  listeningOn: string | undefined;

  /** Writes down that somebody said at `wallMs` that the repository has something new. */
  note(name: string, wallMs: number): void {
    this.#hintedAtMs.set(name, wallMs);
  }

  /** When the last hint came, epoch ms. */
  hintedAtMs(name: string): number | undefined {
    return this.#hintedAtMs.get(name);
  }
}
