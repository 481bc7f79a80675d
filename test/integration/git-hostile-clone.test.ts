import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, chmod, lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Git } from '#drivers/git/create-git.ts';
import { createGit } from '#drivers/git/create-git.ts';
import type { ScratchGit } from '../support/git.ts';
import { createScratchGit } from '../support/git.ts';

/** Each names a program that git would run in a clone with this configuration, for one command or another. */
const TRAPS: readonly { readonly reason: string; readonly config: (program: string) => string }[] = [
  { reason: 'a file system monitor', config: (program) => `[core]\n\tfsmonitor = ${program}\n` },
  { reason: 'a folder of hooks', config: () => '[core]\n\thooksPath = evil-hooks\n' },
  {
    reason: 'filters of contents',
    config: (program) => `[filter "evil"]\n\tclean = ${program}\n\tsmudge = ${program}\n\trequired = true\n`,
  },
  { reason: 'a filter that stays', config: (program) => `[filter "evil"]\n\tprocess = ${program}\n` },
  {
    reason: 'its own ssh',
    config: (program) => `[core]\n\tsshCommand = ${program}\n[remote "origin"]\n\tpushurl = ssh://h/x\n`,
  },
  {
    reason: 'its own comparison',
    config: (program) => `[diff]\n\texternal = ${program}\n[diff "evil"]\n\tcommand = ${program}\n`,
  },
  {
    reason: 'a conversion to text',
    config: (program) => `[diff "evil"]\n\ttextconv = ${program}\n\tcachetextconv = true\n`,
  },
  { reason: 'a merge driver', config: (program) => `[merge "evil"]\n\tdriver = ${program}\n` },
  {
    reason: 'a configuration that is included by condition',
    config: (program) => `[includeIf "gitdir:**"]\n\tpath = evil.config\n[x]\n\ty = ${program}\n`,
  },
  {
    reason: 'aliases of commands',
    config: (program) => `[alias]\n\tstatus = !${program}\n\trev-parse = !${program}\n\tsymbolic-ref = !${program}\n`,
  },
  {
    reason: 'its own check of signatures',
    config: (program) =>
      `[gpg]\n\tprogram = ${program}\n[gpg "ssh"]\n\tprogram = ${program}\n[log]\n\tshowSignature = true\n`,
  },
  {
    reason: 'a helper for credentials',
    config: (program) => `[credential]\n\thelper = !${program}\n[core]\n\taskPass = ${program}\n`,
  },
  {
    reason: 'a pager and an editor',
    config: (program) => `[core]\n\tpager = ${program}\n\teditor = ${program}\n[pager]\n\tstatus = true\n`,
  },
  {
    reason: 'refs of alternates',
    config: (program) => `[core]\n\talternateRefsCommand = ${program}\n\talternateRefsPrefixes = refs\n`,
  },
  {
    reason: 'a submodule that updates itself',
    config: (program) =>
      `[submodule]\n\trecurse = true\n[submodule "m"]\n\tupdate = !${program}\n\turl = ext::${program}\n\tactive = true\n`,
  },
  {
    reason: 'objects that are fetched when they are missing',
    config: (program) =>
      `[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\tpromisor = true\n\turl = ext::${program}\n[protocol "ext"]\n\tallow = always\n`,
  },
  {
    reason: 'work that git does by itself',
    config: (program) => `[gc]\n\tauto = 1\n[maintenance]\n\tauto = true\n[core]\n\tgitProxy = ${program}\n`,
  },
];

describe('looking at a clone leaves no trace and runs nothing, with', () => {
  let scratch: ScratchGit;
  let git: Git;
  let path: string;
  let marker: string;
  beforeEach(async () => {
    scratch = await createScratchGit();
    git = createGit({ environment: scratch.environment });
    const bare = await scratch.bare('remote.git');
    const attributes = '* filter=evil diff=evil merge=evil text=auto ident\n';
    await scratch.commitTo(bare, {
      files: {
        'a.txt': 'a\n',
        '.gitattributes': attributes,
        '.gitmodules': '[submodule "m"]\n\tpath = m\n\turl = ./m\n',
      },
    });
    path = join(scratch.root, 'clone');
    await scratch.git(scratch.root, 'clone', '--quiet', bare, path);
    marker = join(scratch.root, 'marker');
    await setTraps(path, marker);
    await writeFile(join(path, 'a.txt'), 'changed\n');
    await writeFile(join(path, 'new.txt'), 'new\n');
  });
  afterEach(async () => {
    git.close();
    await scratch.remove();
  });

  for (const { reason, config } of [...TRAPS, { reason: 'all of these at once', config: allTraps }]) {
    it(reason, async () => {
      await appendFile(join(path, '.git/config'), config(join(path, '.git/evil')));
      const hints: string[] = [];
      const watcher = git.watch((clone) => hints.push(clone));
      const before = await fingerprint(scratch.root);
      watcher.set([{ path, branch: 'main' }]);
      for (let round = 0; round < 3; round += 1) {
        const [clone, worktree] = await Promise.all([git.reader.clone(path, 'main'), git.reader.worktree(path)]);
        assert.equal(clone.state, 'known');
        assert.deepEqual(worktree.state === 'known' && worktree.value, { changed: 1, untracked: 1 });
      }
      // What is started in the background would need a moment.
      await sleep(30);
      watcher.close();
      assert.deepEqual(await fingerprint(scratch.root), before);
    });
  }

  it('traps that do catch others: git itself runs what the clone names', async () => {
    await appendFile(join(path, '.git/config'), TRAPS[0]?.config(join(path, '.git/evil')) ?? '');
    await scratch.git(path, 'status');
    assert.match(await readFile(marker, 'utf8'), /ran/);
  });

  it('an agent that commits, packs and rewrites in a loop: none of its commands fails', async () => {
    const watcher = git.watch(() => undefined);
    watcher.set([{ path, branch: 'main' }]);
    const safe = ['-c', 'core.attributesFile=/dev/null'];
    let isLooking = true;
    const locks = new Set<string>();
    const looks = (async () => {
      for (; isLooking;) {
        await Promise.all([git.reader.clone(path, 'main'), git.reader.worktree(path)]);
      }
    })();
    try {
      for (let round = 0; round < 15; round += 1) {
        await writeFile(join(path, 'work.txt'), String(round));
        await scratch.git(path, ...safe, 'add', '--all');
        await scratch.git(path, ...safe, 'commit', '--quiet', '-m', `work ${round}`);
        await scratch.git(path, ...safe, 'commit', '--quiet', '--amend', '-m', `again ${round}`);
        if (round % 5 === 4) await scratch.git(path, 'gc', '--quiet');
        (await readdir(join(path, '.git'))).filter((name) => name.endsWith('.lock')).forEach((name) => locks.add(name));
      }
    } finally {
      isLooking = false;
      await looks;
      watcher.close();
    }
    assert.deepEqual([...locks], []);
    assert.equal(await scratch.git(path, 'rev-list', '--count', 'HEAD'), '16');
  });
});

function allTraps(program: string): string {
  return TRAPS.map(({ config }) => config(program)).join('');
}

/** Programs and hooks that leave the marker when somebody runs them. */
async function setTraps(path: string, marker: string): Promise<void> {
  const script = `#!/bin/sh\necho ran >>'${marker}'\n`;
  await writeFile(join(path, '.git/evil'), script, { mode: 0o755 });
  await writeFile(
    join(path, '.git/evil.config'),
    `[core]\n\tfsmonitor = ${join(path, '.git/evil')}\n\tsshCommand = ${join(path, '.git/evil')}\n`,
  );
  for (const folder of ['hooks', 'evil-hooks']) {
    await mkdir(join(path, '.git', folder), { recursive: true });
    for (const name of [
      'post-index-change',
      'reference-transaction',
      'pre-auto-gc',
      'post-checkout',
      'fsmonitor-watchman',
      'query-watchman',
    ]) {
      await writeFile(join(path, '.git', folder, name), script);
      await chmod(join(path, '.git', folder, name), 0o755);
    }
  }
}

/** Every file under a folder with its mode, change time and content: a trace of any kind shows. */
async function fingerprint(root: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, ctimeMs, ino } = await lstat(path);
    const content = entry.isFile() ? await readFile(path) : entry.isSymbolicLink() ? await readlink(path) : '';
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
    found[relative(root, path)] = [mode, ctimeMs, ino, hash].join(' ');
  }
  return found;
}
