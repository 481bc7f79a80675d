import type { Json } from '#store/store.ts';

/** What a controller leaves behind about itself, for the one after the next boot. */
export type Life = {
  /** The boot in which it ran. */
  readonly bootId: string;
  /** When it was last there, epoch ms. */
  readonly seenAtMs: number;
  /** True when it ended in order. */
  readonly ended: boolean;
};

/** The newest life of this boot, and the newest one of the boot before. */
export type LifeNote = Life & { readonly before?: Life | undefined };

/** Where the note is. */
export function lifePath(stateDir: string): string {
  return `${stateDir}/life.json`;
}

/** Reads a note; undefined for a text that is none, as after a crash of the disk. */
export function parseLifeNote(text: string): LifeNote | undefined {
  try {
    const value = JSON.parse(text) as Json;
    const life = lifeIn(value);
    const before = lifeIn((value as { before?: Json }).before);
    return life && { ...life, ...(before && { before }) };
  } catch {
    return undefined;
  }
}

/** The newest life before the boot `bootId`; undefined when nothing is known about it. */
export function lifeBefore(note: LifeNote | undefined, bootId: string): Life | undefined {
  return [note, note?.before].find((life) => life !== undefined && life.bootId !== bootId);
}

/** The note of a controller that is there now. */
export function nextNote(note: LifeNote | undefined, now: Life): LifeNote {
  const before = lifeBefore(note, now.bootId);
  return before === undefined
    ? now
    : { ...now, before: { bootId: before.bootId, seenAtMs: before.seenAtMs, ended: before.ended } };
}

function lifeIn(value: Json | undefined): Life | undefined {
  const { bootId, seenAtMs, ended } = (value ?? {}) as { bootId?: Json; seenAtMs?: Json; ended?: Json };
  return typeof bootId === 'string' && typeof seenAtMs === 'number' && typeof ended === 'boolean'
    ? { bootId, seenAtMs, ended }
    : undefined;
}
