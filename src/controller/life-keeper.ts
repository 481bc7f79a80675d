import type { BootReader } from '#drivers/boot/boot.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import type { Files } from '#drivers/files/files.ts';
import { lifePath, nextNote, parseLifeNote, type LifeNote } from '#observe/life-note.ts';

/** A gap is known to this accuracy; each note is one small write. */
const EVERY_MS = 60_000;
const MAX_BYTES = 4096;

/** What keeping the note needs. */
export type LifeKeeperOptions = {
  readonly stateDir: string;
  readonly files: Pick<Files, 'folder' | 'readText' | 'write'>;
  readonly boot: BootReader;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

/** Writes down once a minute that the controller is there, for the one after the next boot: how long was the rig away, and had it ended in order? */
export class LifeKeeper {
  readonly #options: LifeKeeperOptions;
  #note: LifeNote | undefined;
  #cancel: () => void = () => undefined;

  constructor(options: LifeKeeperOptions) {
    this.#options = options;
  }

  /** Writes the first note and goes on every minute. Never throws: without a note only the gap is not known. */
  async start(): Promise<void> {
    const { stateDir, files, boot, clock } = this.#options;
    const now = await boot.read();
    if (now.state !== 'known') return;
    const old = await files.readText(lifePath(stateDir), MAX_BYTES);
    const before = old.state === 'known' ? parseLifeNote(old.value) : undefined;
    this.#note = nextNote(before, { bootId: now.value.id, seenAtMs: clock.now().wallMs, ended: false });
    await this.#keep();
  }

  /** Writes that it ended in order. */
  async close(): Promise<void> {
    this.#cancel();
    await this.#write(true);
  }

  async #keep(): Promise<void> {
    await this.#write(false);
    this.#cancel = this.#options.clock.after(EVERY_MS, () => void this.#keep());
  }

  async #write(ended: boolean): Promise<void> {
    if (this.#note === undefined) return;
    const { stateDir, files, clock, onError } = this.#options;
    // A state directory that somebody removed is not made again by a note.
    if ((await files.folder(stateDir)).state !== 'known') return;
    this.#note = { ...this.#note, seenAtMs: clock.now().wallMs, ended };
    await files.write(lifePath(stateDir), `${JSON.stringify(this.#note)}\n`, 0o600).catch(onError);
  }
}
