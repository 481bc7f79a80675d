import type { Files } from '#drivers/files/files.ts';
import { redactScreen } from '#backends/redact-screen.ts';

/** Screens that are kept per kind of program; the one that was seen longest ago makes room. */
const KEPT = 50;
const MAX_BYTES = 256 * 1024;

/** A screen that no reading fits, as it is kept. */
export type UnknownScreen = {
  readonly backend: string;
  readonly version?: string | undefined;
  /** How often it came up. */
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Without secrets. */
  readonly screen: string;
};

/** One sighting. */
export type Sighting = {
  readonly backend: string;
  readonly version?: string | undefined;
  /** The screen as it is. */
  readonly screen: string;
  /** The screen without what moves by itself: two with the same are one. */
  readonly steady: string;
  readonly at: string;
};

/** What the archive needs from outside. */
export type ArchiveTools = {
  readonly files: Pick<Files, 'list' | 'readText' | 'write' | 'remove'>;
  readonly stateDir: string;
  readonly hash: (text: string) => string;
};

/** The folder with the screens that were not known. */
export function screensFolder(stateDir: string): string {
  return `${stateDir}/screens`;
}

/** Keeps a screen that nobody knows, once per shape, with how often it came up; owner-only, secrets taken out. */
export async function keepUnknownScreen(sighting: Sighting, tools: ArchiveTools): Promise<void> {
  const { backend, version, screen, steady, at } = sighting;
  const folder = `${screensFolder(tools.stateDir)}/${backend}`;
  const name = `${tools.hash(redactScreen(steady))}.json`;
  const before = await readUnknownScreen(`${folder}/${name}`, tools.files);
  if (before === undefined) await makeRoom(folder, tools.files);
  const kept: UnknownScreen = {
    backend,
    ...(version === undefined ? {} : { version }),
    count: (before?.count ?? 0) + 1,
    firstAt: before?.firstAt ?? at,
    lastAt: at,
    screen: redactScreen(screen),
  };
  await tools.files.write(`${folder}/${name}`, `${JSON.stringify(kept, null, 2)}\n`, 0o600);
}

/** A kept screen; undefined when the file is none. */
export async function readUnknownScreen(
  path: string,
  files: Pick<Files, 'readText'>,
): Promise<UnknownScreen | undefined> {
  const text = await files.readText(path, MAX_BYTES);
  if (text.state !== 'known') return undefined;
  try {
    const value = JSON.parse(text.value) as UnknownScreen;
    return typeof value.screen === 'string' && typeof value.count === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
}

async function makeRoom(folder: string, files: ArchiveTools['files']): Promise<void> {
  const names = await files.list(folder);
  if (names.length < KEPT) return;
  const all = await Promise.all(
    names.map(async (name) => ({ name, lastAt: (await readUnknownScreen(`${folder}/${name}`, files))?.lastAt ?? '' })),
  );
  const oldest = all.toSorted((a, b) => (a.lastAt < b.lastAt ? -1 : 1)).slice(0, names.length - KEPT + 1);
  for (const { name } of oldest) await files.remove(`${folder}/${name}`);
}
