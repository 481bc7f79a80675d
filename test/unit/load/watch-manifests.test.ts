import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { watchManifests } from '#load/watch-manifests.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-watch-'));
let cases = 0;

after(() => rm(folder, { recursive: true, force: true }));

type Watching = { readonly cwd: string; readonly changed: () => Promise<void> };

describe('a watch of manifests tells', () => {
  const rows: { title: string; paths?: string[]; change: (cwd: string) => Promise<unknown> }[] = [
    { title: 'a file that is written anew', change: (cwd) => writeFile(join(cwd, 'm/a.yaml'), 'kind: Gate') },
    { title: 'a file that an editor replaces', change: (cwd) => replace(join(cwd, 'm/a.yaml'), 'kind: Gate') },
    { title: 'a file that is added', change: (cwd) => writeFile(join(cwd, 'm/b.yaml'), 'kind: Gate') },
    { title: 'a file that is removed', change: (cwd) => rm(join(cwd, 'm/a.yaml')) },
    { title: 'a folder that is removed', change: (cwd) => rm(join(cwd, 'm'), { recursive: true }) },
    {
      title: 'a single file that an editor replaces',
      paths: ['m/a.yaml'],
      change: (cwd) => replace(join(cwd, 'm/a.yaml'), 'kind: Gate'),
    },
    {
      title: 'a prompt that is named beside the manifests',
      paths: ['m', 'p.md'],
      change: (cwd) => writeFile(join(cwd, 'p.md'), 'other'),
    },
    {
      title: 'a folder that is not there yet',
      paths: ['later'],
      change: (cwd) => mkdir(join(cwd, 'later')).then(() => writeFile(join(cwd, 'later/a.yaml'), 'x')),
    },
  ];
  for (const { title, paths = ['m'], change } of rows) {
    it(title, () =>
      watching(paths, async ({ cwd, changed }) => {
        await change(cwd);
        await changed();
      }),
    );
  }

  it('changes in a folder that was replaced by another', () =>
    watching(['m'], async ({ cwd, changed }) => {
      await mkdir(join(cwd, 'new'));
      await writeFile(join(cwd, 'new/a.yaml'), 'kind: Phase');
      await rename(join(cwd, 'm'), join(cwd, 'old'));
      await rename(join(cwd, 'new'), join(cwd, 'm'));
      await changed();
      await writeFile(join(cwd, 'm/a.yaml'), 'kind: Gate, and more');
      await changed();
      await replace(join(cwd, 'm/a.yaml'), 'kind: Agent, and still more');
      await changed();
    }));

  it('many changes that belong together once', async () => {
    let told = 0;
    await watching(['m'], async ({ cwd, changed }) => {
      for (let n = 0; n < 20; n += 1) await writeFile(join(cwd, 'm', `n${n}.yaml`), 'x');
      await changed();
      told += 1;
    });
    assert.equal(told, 1);
  });
});

async function watching(paths: string[], test: (watching: Watching) => Promise<void>): Promise<void> {
  const cwd = join(folder, String((cases += 1)));
  await mkdir(join(cwd, 'm'), { recursive: true });
  await writeFile(join(cwd, 'm/a.yaml'), 'kind: Agent');
  await writeFile(join(cwd, 'p.md'), 'prompt');
  const ending = new AbortController();
  let change = Promise.withResolvers<void>();
  const options = { cwd, settleMs: 20, pollMs: 100, onChange: () => change.resolve() };
  watchManifests(paths, options, ending.signal);
  const changed = async (): Promise<void> => {
    await change.promise;
    change = Promise.withResolvers();
  };
  try {
    await changed();
    await test({ cwd, changed });
  } finally {
    ending.abort();
  }
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}~`, text);
  await rename(`${path}~`, path);
}
