import { ABSENT, known } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import type { BackupStore, BackupTarget, BackupView } from '#drivers/incus/backup.ts';

const FETCH_MS = 400;

/** Backups that take a moment to come in. What is whole outlives the controller; what is not does not. */
export class FakeBackups implements BackupStore {
  readonly #clock: Clock;
  readonly #files = new Map<string, BackupView>();
  /** Why backups fail from now on; undefined when they do not. */
  failsWith: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async look(path: string): Promise<Fact<BackupView>> {
    const view = this.#files.get(path);
    return view === undefined ? ABSENT : known(view);
  }

  async fetch({ path }: BackupTarget): Promise<void> {
    if (this.#files.get(path)?.state === 'Writing') return;
    this.#files.set(path, { state: 'Writing', bytes: 0 });
    this.#clock.after(FETCH_MS, () => {
      const error = this.failsWith;
      this.#files.set(
        path,
        error === undefined
          ? { state: 'Done', bytes: 1000, sha256: 'a'.repeat(64) }
          : { state: 'Failed', bytes: 0, error },
      );
    });
  }
}
