import { ABSENT } from '#api/fact.ts';
import { ObjectCache } from '#controller/object-cache.ts';
import type { ReconcileTools } from '#controller/reconcile.ts';
import { ActivityTracker } from '#observe/activity.ts';
import { RepositoryHints } from '#observe/repository-hints.ts';

import { FakeBackups } from '../fakes/fake-backups.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createFakeEvidence } from '../fakes/fake-evidence.ts';
import { FakeFiles } from '../fakes/fake-files.ts';
import { createFakeGit } from '../fakes/fake-git.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { FakeGuest } from '../fakes/fake-incus-files.ts';
import { FakeIncus } from '../fakes/fake-incus.ts';
import { FakeNotify } from '../fakes/fake-notify.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { RIG } from './plan-input.ts';

/** An empty world with everything that a pass may use. */
export async function makeWorld() {
  const clock = new FakeClock();
  const [store, host, files, git, incus] = [
    new MemoryStore(),
    new FakeHost(clock),
    new FakeFiles(),
    createFakeGit(),
    new FakeIncus(clock),
  ];
  await files.makeFolder('/work/builder');
  git.folders.set('/work/builder', {});
  const silent = async () => ({ ok: false, message: 'nothing answers' });
  const cache = new ObjectCache(store);
  const incusOf = async () => incus;
  const guest = new FakeGuest(incus);
  const machine = { guest: { reader: guest, writer: guest }, backups: new FakeBackups(clock) };
  const tools: ReconcileTools = {
    readers: {
      ...{ rig: RIG, tmux: host.tmux, processes: host.processes, git: git.reader, files, incusOf },
      evidence: createFakeEvidence().reader,
      boot: { read: async () => ABSENT },
      prober: { tcp: silent, http: silent, ssh: silent },
      machineOf: async () => ({ guest: machine.guest.reader, backups: machine.backups }),
      activity: new ActivityTracker(),
      signals: { spool: async () => ABSENT, file: async () => ABSENT, tally: async () => ABSENT },
      hints: new RepositoryHints(),
      events: () => store.events(),
      now: () => clock.now(),
      hash: (text) => text,
      appliedPrompt: () => undefined,
    },
    writers: {
      tmux: { reader: host.tmux, writer: host.tmuxWriter },
      processes: { reader: host.processes, writer: host.processWriter },
      git,
      evidence: createFakeEvidence().writer,
      notify: new FakeNotify(),
      machineOf: async () => machine,
      ...{ incusOf, files, store, clock },
    },
    load: () => cache.load(),
    newId: () => 'fresh1',
  };
  return { clock, store, host, files, git, tools };
}
