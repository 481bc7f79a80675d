import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { createGit, type Git } from '#drivers/git/create-git.ts';
import type { WorktreeView } from '#drivers/git/git.ts';

import { createScratchGit, type ScratchGit } from '../support/git.ts';

describe('what a clone holds that is not committed', () => {
  let scratch: ScratchGit;
  let git: Git;
  let path: string;
  let temporary: string;
  const usual = process.env['TMPDIR'];
  beforeEach(async () => {
    scratch = await createScratchGit();
    // A folder of its own for temporary files: those of others come and go.
    temporary = join(scratch.root, 'temporary');
    await mkdir(temporary);
    process.env['TMPDIR'] = temporary;
    git = createGit({ environment: scratch.environment });
    const bare = await scratch.bare('remote.git');
    await scratch.commitTo(bare, { files: { 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitignore': 'ignored\n' } });
    path = join(scratch.root, 'clone');
    await git.writer.clone({ path, url: bare, branch: 'main', timeoutMs: 20_000 });
  });
  afterEach(async () => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    git.close();
    await scratch.remove();
  });

  async function look(): Promise<WorktreeView | undefined> {
    const view = await git.reader.worktree(path);
    assert.equal(view.state, 'known', JSON.stringify(view));
    return view.state === 'known' ? view.value : undefined;
  }

  const rows: readonly { title: string; reason: string; does: () => Promise<unknown>; is: WorktreeView }[] = [
    { title: 'nothing', reason: 'it was just cloned', does: async () => undefined, is: { changed: 0, untracked: 0 } },
    {
      title: 'a changed file',
      reason: 'its content differs',
      does: () => writeFile(join(path, 'a.txt'), 'x\n'),
      is: { changed: 1, untracked: 0 },
    },
    {
      title: 'a file that was only touched',
      reason: 'its content is the same',
      does: () => writeFile(join(path, 'a.txt'), 'a\n'),
      is: { changed: 0, untracked: 0 },
    },
    {
      title: 'a new file and an ignored one',
      reason: 'only what git would take counts',
      does: async () => {
        await writeFile(join(path, 'new.txt'), 'x');
        await writeFile(join(path, 'ignored'), 'x');
      },
      is: { changed: 0, untracked: 1 },
    },
    {
      title: 'a staged change, a deleted file and an intent to add',
      reason: 'each is work that is in no commit',
      does: async () => {
        await writeFile(join(path, 'a.txt'), 'x\n');
        await scratch.git(path, 'add', 'a.txt');
        await scratch.git(path, 'rm', '--quiet', 'b.txt');
        await writeFile(join(path, 'c.txt'), 'c');
        await scratch.git(path, 'add', '-N', 'c.txt');
      },
      is: { changed: 3, untracked: 0 },
    },
  ];
  for (const { title, reason, does, is } of rows)
    it(`counts ${title}: ${reason}`, async () => {
      await does();
      assert.deepEqual(await look(), is);
    });

  it('looks at a linked work tree, and finds none where there is no clone', async () => {
    const linked = join(scratch.root, 'linked');
    await scratch.git(path, 'worktree', 'add', '--quiet', '-b', 'side', linked);
    await writeFile(join(linked, 'a.txt'), 'x\n');
    assert.deepEqual(await git.reader.worktree(linked), { state: 'known', value: { changed: 1, untracked: 0 } });
    assert.deepEqual(await look(), { changed: 0, untracked: 0 });
    assert.equal((await git.reader.worktree(scratch.root)).state, 'absent');
    assert.equal((await git.reader.worktree(join(scratch.root, 'none'))).state, 'absent');
  });

  it('runs nothing that the clone names, and leaves neither a lock nor a trace in it or elsewhere', async () => {
    const marker = join(scratch.root, 'marker');
    const program = join(scratch.root, 'evil.sh');
    await writeFile(program, `#!/bin/sh\ntouch ${marker}\ncat\n`);
    await chmod(program, 0o755);
    await mkdir(join(path, '.git/info'), { recursive: true });
    await writeFile(join(path, '.git/info/attributes'), '* filter=evil diff=evil text eol=lf\n');
    await appendFile(
      join(path, '.git/config'),
      `[core]\n\tfsmonitor = ${program}\n\thooksPath = ${scratch.root}\n\tpager = ${program}\n\tsshCommand = ${program}\n` +
        `[filter "evil"]\n\tclean = ${program}\n\tsmudge = ${program}\n\tprocess = ${program}\n\trequired = true\n` +
        `[diff "evil"]\n\ttextconv = ${program}\n\tcommand = ${program}\n[status]\n\tsubmoduleSummary = true\n`,
    );
    await writeFile(join(path, '.gitattributes'), '* filter=evil\n');
    await writeFile(join(path, 'a.txt'), 'changed\n');
    const index = join(path, '.git/index');
    const before = [await readFile(index), (await stat(index)).mtimeMs] as const;
    assert.deepEqual(await look(), { changed: 1, untracked: 1 });
    assert.ok(!existsSync(marker), 'a program of the clone was run');
    assert.deepEqual([await readFile(index), (await stat(index)).mtimeMs], before, 'the index was written');
    assert.ok(!existsSync(`${index}.lock`));
    assert.deepEqual(readdirSync(temporary), [], 'a trace was left');
  });

  it('never stands in the way of an agent that commits in a loop', async () => {
    let isOver = false;
    const looking = (async () => {
      let looks = 0;
      for (; !isOver; looks += 1) assert.notEqual((await git.reader.worktree(path)).state, 'absent');
      return looks;
    })();
    for (let index = 0; index < 25; index += 1) {
      await writeFile(join(path, 'a.txt'), `${String(index)}\n`);
      await scratch.git(path, 'commit', '--quiet', '--all', '-m', `work ${String(index)}`);
    }
    isOver = true;
    assert.ok((await looking) > 0);
  });
});
