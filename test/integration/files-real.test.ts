import { mkdtemp, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileWatcher } from '#drivers/files/file-watcher.ts';
import { createFiles } from '#drivers/files/real-files.ts';
import { filesContract } from '../contract/files-contract.ts';
import { eventually } from '../support/eventually.ts';

filesContract('the files of this machine', async () => {
  const root = await mkdtemp(`/tmp/ccci-test-${process.pid}-files-`);
  return {
    files: createFiles(),
    root,
    modeOf: async (path) => (await stat(path)).mode & 0o777,
    watcher: async (onChange, paths) => {
      const watcher = createFileWatcher({ onChange });
      watcher.set(paths);
      // The first look of a watcher takes a moment, in which nothing counts as a change.
      await sleep(300);
      return watcher;
    },
    eventually,
    end: () => rm(root, { recursive: true, force: true }),
  };
});
