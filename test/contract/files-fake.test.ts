import assert from 'node:assert/strict';
import { FakeFiles } from '../fakes/fake-files.ts';
import { filesContract } from './files-contract.ts';

filesContract('the files of the fake host', async () => {
  const files = new FakeFiles();
  await files.makeFolder('/srv');
  return {
    files,
    root: '/srv',
    modeOf: async (path) => files.modeOf(path),
    watcher: async (onChange, paths) => {
      const watcher = files.watcher(onChange);
      watcher.set(paths);
      return watcher;
    },
    eventually: async (what, ask) => {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      assert.fail(`did not happen: ${what}`);
    },
    end: async () => undefined,
  };
});
