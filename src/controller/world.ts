import { createHash, randomBytes } from 'node:crypto';

import type { Writers } from '#act/writers.ts';
import { createBootReader } from '#drivers/boot/real-boot.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { createEvidence } from '#drivers/evidence/real-evidence.ts';
import { createFiles } from '#drivers/files/real-files.ts';
import { createGit, type Git } from '#drivers/git/create-git.ts';
import { createNotify } from '#drivers/notify/real-notify.ts';
import { createProcesses } from '#drivers/process/real-process.ts';
import { createSignalReader } from '#drivers/signals/spool-reader.ts';
import { createTmux } from '#drivers/tmux/real-tmux.ts';
import type { TmuxWatcher } from '#drivers/tmux/tmux.ts';
import { ActivityTracker } from '#observe/activity.ts';
import { RepositoryHints } from '#observe/repository-hints.ts';
import type { Readers } from '#observe/readers.ts';
import type { Rig } from '#observe/rig.ts';
import { createFileStore } from '#store/file-store.ts';
import type { Store } from '#store/store.ts';

import { IncusServers } from './incus-servers.ts';
import { ObjectCache, type Loaded } from './object-cache.ts';
import { OwnWrites } from './own-writes.ts';
import { lazyProber } from './lazy-prober.ts';
import type { ReconcileTools } from './reconcile.ts';
import { rigIdOf } from './rig-id.ts';

/** Where the rig is and what its agents start with. */
export type WorldOptions = {
  readonly stateDir: string;
  readonly rebootLog?: string | undefined;
  readonly workspace: string;
  readonly tmuxSocket?: string | undefined;
  readonly tmuxConfig?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
};

/** The real world behind the pipeline, and what the sources listen to. */
export type World = {
  readonly rig: Rig;
  readonly store: Store;
  readonly tools: ReconcileTools;
  readonly git: Git;
  readonly incus: IncusServers;
  readonly tmuxWatcher: TmuxWatcher;
  close(): Promise<void>;
};

/** Variables that agents inherit; everything else of the controller's environment stays with the controller. */
const ALLOWED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'TERM',
  'TZ',
  'SSH_AUTH_SOCK',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  'TMPDIR',
  'TMUX_TMPDIR',
];

/** Connects the pipeline with tmux, git, processes, Incus and the store. Opens and changes nothing by itself. */
export function createWorld(options: WorldOptions): World {
  const rig = rigOf(options);
  const clock = createSystemClock();
  const { store } = new OwnWrites(createFileStore(options.stateDir));
  const files = createFiles();
  const evidence = createEvidence();
  const processes = createProcesses();
  const git = createGit({ environment: options.environment });
  const tmux = tmuxOf(options, rig);
  const cache = new ObjectCache(store);
  const incus = new IncusServers(clock, async () => (await cache.load()).objects);
  const texts = new Map<string, string | undefined>();
  const readers: Readers = {
    rig,
    tmux: tmux.reader,
    processes: processes.reader,
    git: git.reader,
    files,
    evidence: evidence.reader,
    boot: createBootReader(),
    prober: lazyProber(clock),
    ...incus.sight(),
    signals: createSignalReader(),
    activity: new ActivityTracker(),
    hints: new RepositoryHints(),
    events: () => store.events(),
    now: () => clock.now(),
    hash: (text) => createHash('sha256').update(`${rig.id}\n${text}`).digest('hex').slice(0, 10),
    appliedPrompt: (key) => texts.get(key),
  };
  const writers: Writers = {
    tmux,
    processes,
    git,
    ...incus.access(),
    files,
    evidence: evidence.writer,
    notify: createNotify(rig.environment),
    store,
    clock,
  };
  const load = async () => {
    const loaded = await cache.load();
    for (const [key, applied] of appliedTexts(loaded)) texts.set(key, applied);
    return loaded;
  };
  return {
    rig,
    store,
    tools: { readers, writers, load, newId: () => randomBytes(4).toString('hex') },
    git,
    incus,
    tmuxWatcher: tmux.watcher,
    close: async () => {
      incus.close();
      git.close();
      await store.close();
    },
  };
}

function tmuxOf(options: WorldOptions, rig: Rig) {
  return createTmux({
    socket: options.tmuxSocket === undefined ? undefined : { path: options.tmuxSocket },
    configFile: options.tmuxConfig,
    environment: { TERM: 'screen-256color', ...rig.environment },
    channel: rig.id,
  });
}

// Prompts as they were applied, for when their files can not be read.
function appliedTexts({ stored }: Loaded): readonly (readonly [string, string | undefined])[] {
  return [...stored].flatMap(([key, { texts }]) => [
    [key, texts?.['spec.prompt.file']] as const,
    [`${key}/wake`, texts?.['spec.wake.prompt.file']] as const,
  ]);
}

function rigOf(options: WorldOptions): Rig {
  const allowed = ALLOWED.concat(Object.keys(options.environment).filter((name) => name.startsWith('LC_')));
  const environment = Object.fromEntries(
    allowed.flatMap((name) => {
      const value = options.environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return {
    id: rigIdOf(options.stateDir),
    stateDir: options.stateDir,
    rebootLog: options.rebootLog,
    workspace: options.workspace,
    environment,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    asRoot: options.uid === 0,
  };
}
