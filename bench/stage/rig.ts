import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { startCcci, type RunningCcci } from '../../demo/stage/ccci.ts';
import { makeFolder } from '../../demo/stage/folder.ts';
import { makeRemote, placesIn, type Places } from '../../demo/stage/prepare.ts';
import { rigManifests, type RigShape } from './manifests.ts';

/** What an agent has written down: when its own code ran, and when it read what. Times are milliseconds since the epoch. */
export type Note = { readonly what: 'started' | 'heard'; readonly atMs: number; readonly text: string };

/** A rig under a real `ccci run`. */
export type Rig = {
  readonly places: Places;
  readonly ccci: RunningCcci;
  readonly agents: readonly string[];
  notes(agent: string): readonly Note[];
  /** Waits for the first note that fits; throws after `limitMs`. */
  waitFor(agent: string, fits: (note: Note) => boolean, limitMs?: number): Promise<Note>;
  tmux(...args: readonly string[]): Promise<string>;
  end(): Promise<void>;
};

const LOOK_MS = 5;

/** Makes a rig in a folder of its own, starts ccci on it and waits until every agent runs. */
export async function startRig(shape: RigShape): Promise<Rig> {
  const folder = makeFolder();
  const places = placesIn(folder.path);
  makeRemote(places);
  mkdirSync(join(folder.path, 'notes'));
  mkdirSync(places.manifests);
  if (shape.double !== undefined)
    for (const name of shape.agents) execFileSync('mkfifo', [join(folder.path, 'notes', `${name}.cues`)]);
  const manifests = rigManifests(places, shape);
  writeFileSync(join(places.manifests, 'rig.yaml'), manifests.map((object) => JSON.stringify(object)).join('\n---\n'));
  const ccci = startCcci(places, shape.flags ?? []);
  const rig = createRig(places, ccci, shape);
  const end = async (): Promise<void> => {
    process.kill(ccci.pid, 'SIGKILL');
    await folder.remove();
  };
  try {
    for (const agent of rig.agents) await rig.waitFor(agent, ({ what }) => what === 'started', 30_000);
    return { ...rig, end };
  } catch (error) {
    const said = ccci.lastWords();
    await end();
    throw new Error(`could not start the rig; ccci said:\n${said}`, { cause: error });
  }
}

function createRig(places: Places, ccci: RunningCcci, shape: RigShape): Omit<Rig, 'end'> {
  const notes = (agent: string) => readNotes(join(places.folder, 'notes', agent));
  return {
    places,
    ccci,
    notes,
    agents: shape.agents,
    async waitFor(agent, fits, limitMs = 20_000) {
      const path = join(places.folder, 'notes', agent);
      let size = -1;
      for (const giveUpMs = Date.now() + limitMs; Date.now() < giveUpMs; await sleep(LOOK_MS)) {
        const now = statSync(path, { throwIfNoEntry: false })?.size ?? -1;
        const found = now === size ? undefined : notes(agent).find(fits);
        if (found !== undefined) return found;
        size = now;
      }
      throw new Error(
        `agent "${agent}" did not do what was expected within ${limitMs} ms; ccci said:\n${ccci.lastWords()}`,
      );
    },
    async tmux(...args) {
      return (await promisify(execFile)('tmux', ['-S', places.tmuxSocket, ...args])).stdout;
    },
  };
}

function readNotes(path: string): readonly Note[] {
  const text = statSync(path, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(path, 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, what, at, rest = ''] = /^(started|heard) (\d+) (.*)$/.exec(line) ?? [];
    return what === undefined ? [] : [{ what: what as Note['what'], atMs: Number(at) / 1e6, text: rest }];
  });
}
