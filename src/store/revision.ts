import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically, writeDurably } from './durable-file.ts';
import type { OnStep } from './durable-file.ts';
import { isErrno } from './storage-error.ts';

/**
 * The counter that record versions come from, in `STATE/revision`; its change is what wakes watchers. It is a hint: a
 * version is also newer than all the object's own, so losing the last bumps in a crash does no harm.
 */
export class Revision {
  readonly path: string;
  readonly #onStep: OnStep;

  constructor(stateFolder: string, onStep: OnStep) {
    this.path = join(stateFolder, 'revision');
    this.#onStep = onStep;
  }

  /** The last one given out; undefined when there is none or it is garbled. */
  read(): number | undefined {
    try {
      const text = readFileSync(this.path, 'utf8').trim();
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    } catch (error) {
      if (isErrno(error) && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Tells watchers; a failure is theirs only (they poll, too), because what was written is on disk already. */
  async bump(revision: number): Promise<void> {
    await writeAtomically(this.path, `${revision}\n`, this.#onStep).catch(() => undefined);
  }

  /** Remembers a version on disk before its object goes, so that a later object of that name never gets it again. */
  async keep(revision: number): Promise<void> {
    await writeDurably(this.path, `${revision}\n`, this.#onStep);
  }
}
