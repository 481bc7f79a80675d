import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileWatcher, Files } from '#drivers/files/files.ts';

/** What the suite needs to try a file driver. */
export type FilesUnderTest = {
  readonly files: Files;
  /** An empty folder of the test's own. */
  readonly root: string;
  modeOf(path: string): Promise<number | undefined>;
  /** A watcher that is ready when it is there. */
  watcher(onChange: (path: string) => void, paths: readonly string[]): Promise<FileWatcher>;
  eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T>;
  readonly end: () => Promise<void>;
};

type Row = { readonly title: string; readonly test: (under: FilesUnderTest) => Promise<void> };

/** What every file driver promises. */
export function filesContract(name: string, open: () => Promise<FilesUnderTest>): void {
  describe(`${name} keep the file driver's promises`, () => {
    for (const row of ROWS) {
      it(row.title, async () => {
        const under = await open();
        try {
          await row.test(under);
        } finally {
          await under.end();
        }
      });
    }
  });
}

const ROWS: readonly Row[] = [
  {
    title: 'what is not there is absent, and removing it is fine',
    test: async ({ files, root }) => {
      assert.deepEqual(await files.readText(`${root}/none`, 10), { state: 'absent' });
      assert.deepEqual(await files.folder(`${root}/none`), { state: 'absent' });
      assert.deepEqual(await files.list(`${root}/none`), []);
      await files.remove(`${root}/none`);
    },
  },
  {
    title: 'a file is written with its mode and missing folders, and is read back byte for byte',
    test: async ({ files, root, modeOf }) => {
      const path = `${root}/a b/"c"/file`;
      await files.write(path, '\u{feff}one\r\n\u{1f916}', 0o640);
      assert.deepEqual(await files.readText(path, 100), { state: 'known', value: '\u{feff}one\r\n\u{1f916}' });
      assert.equal(await modeOf(path), 0o640);
      await files.write(path, 'two', 0o600);
      assert.deepEqual(await files.readText(path, 3), { state: 'known', value: 'two' });
      assert.equal(await modeOf(path), 0o600);
      assert.deepEqual(await files.list(`${root}/a b/"c"`), ['file']);
    },
  },
  {
    title: 'a file over the limit and a folder in the place of a file are unknown, not absent',
    test: async ({ files, root }) => {
      await files.write(`${root}/file`, 'four', 0o600);
      const large = await files.readText(`${root}/file`, 3);
      assert.equal(large.state === 'unknown' && large.reason, 'FileTooLarge');
      assert.equal((await files.readText(root, 100)).state, 'unknown');
      assert.equal((await files.folder(`${root}/file`)).state, 'unknown');
      await assert.rejects(files.write(root, 'x', 0o600), /could not write/);
    },
  },
  {
    title: 'folders are made, seen, listed in order and removed with what is in them',
    test: async ({ files, root }) => {
      await files.makeFolder(`${root}/one/two`);
      await files.makeFolder(`${root}/one/two`);
      assert.deepEqual(await files.folder(`${root}/one/two`), { state: 'known', value: { empty: true } });
      await files.write(`${root}/one/b`, '', 0o600);
      await files.write(`${root}/one/a`, '', 0o600);
      assert.deepEqual(await files.folder(`${root}/one`), { state: 'known', value: { empty: false } });
      assert.deepEqual(await files.list(`${root}/one`), ['a', 'b', 'two']);
      await files.remove(`${root}/one`);
      assert.deepEqual(await files.folder(`${root}/one`), { state: 'absent' });
    },
  },
  {
    title: 'the watcher tells of changes, and of files that come into being and go, with the path that was asked for',
    test: async (under) => {
      const { files, root } = under;
      const [file, folder, deep] = [`${root}/file`, `${root}/folder`, `${root}/not/yet/there`];
      await files.makeFolder(folder);
      await files.write(file, 'one', 0o600);
      let told: string[] = [];
      const watcher = await under.watcher((path) => told.push(path), [file, folder, deep]);
      const tells = async (path: string, change: () => Promise<void>): Promise<void> => {
        told = [];
        await change();
        await under.eventually(`told of ${path}`, async () => told.includes(path));
      };
      await tells(file, () => files.write(file, 'two', 0o600));
      await tells(file, () => files.write(file, 'three', 0o600));
      await tells(folder, () => files.write(`${folder}/new`, 'x', 0o600));
      await tells(folder, () => files.write(`${folder}/sub/new`, 'x', 0o600));
      await tells(deep, () => files.write(deep, 'x', 0o600));
      await tells(deep, () => files.write(deep, 'y', 0o600));
      await tells(deep, () => files.remove(`${root}/not`));
      await tells(deep, () => files.write(deep, 'z', 0o600));
      await tells(file, () => files.remove(file));
      await tells(file, () => files.write(file, 'back', 0o600));
      watcher.close();
    },
  },
];
