import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { FileRequest, FileSignal, SignalReader, SpoolLog, SpoolSignal } from '#drivers/signals/signals.ts';

/** How many events the script keeps. */
const RING = 300;

/** Spools and files of agents' programs in memory. */
export class FakeSignals implements SignalReader {
  readonly #spools = new Map<string, { events: SpoolSignal[]; latest: Record<string, SpoolSignal> }>();
  readonly files = new Map<string, FileSignal>();
  /** While set, nothing can be read. */
  failure: string | undefined;

  /** A program says something that is kept. */
  event(folder: string, signal: SpoolSignal): void {
    const spool = this.#spoolAt(folder);
    spool.events = [...spool.events, signal].slice(-RING);
  }

  /** A program says something of which the newest counts. */
  slot(folder: string, signal: SpoolSignal): void {
    this.#spoolAt(folder).latest[signal.event] = signal;
  }

  /** The folder is deleted. */
  remove(folder: string): void {
    this.#spools.delete(folder);
  }

  async spool(folder: string): Promise<Fact<SpoolLog>> {
    if (this.failure !== undefined) return unknown('SignalsUnreadable', this.failure);
    const spool = this.#spools.get(folder);
    return spool === undefined ? ABSENT : known({ events: [...spool.events], latest: { ...spool.latest } });
  }

  async file({ path }: FileRequest): Promise<Fact<FileSignal>> {
    if (this.failure !== undefined) return unknown('SignalsUnreadable', this.failure);
    const file = this.files.get(path);
    return file === undefined ? ABSENT : known(file);
  }

  async tally(): Promise<Fact<never>> {
    return ABSENT;
  }

  #spoolAt(folder: string): { events: SpoolSignal[]; latest: Record<string, SpoolSignal> } {
    const spool = this.#spools.get(folder) ?? { events: [], latest: {} };
    this.#spools.set(folder, spool);
    return spool;
  }
}
