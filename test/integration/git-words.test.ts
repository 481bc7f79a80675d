import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { isBranch } from '#drivers/git/git-words.ts';
import { parseRepositoryConfig } from '#drivers/git/read-config.ts';
import type { ScratchGit } from '../support/git.ts';
import { createScratchGit } from '../support/git.ts';

describe('what is read without git agrees with git', () => {
  let scratch: ScratchGit;
  before(async () => void (scratch = await createScratchGit()));
  after(() => scratch.remove());

  it('about branch names', () => {
    const part = fc.string({ unit: fc.constantFrom(...'ab/.@{~^:?*[\\- \u007f\t-é'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(part, (name) => {
        const valid =
          spawnSync('git', ['check-ref-format', '--branch', name], { cwd: scratch.root, env: scratch.environment })
            .status === 0;
        // git takes "@" for HEAD and "@{-1}" for an earlier branch; nothing else differs.
        assert.equal(isBranch(name), valid && name !== '@' && !name.startsWith('@{'), JSON.stringify(name));
      }),
      {
        numRuns: 150,
        examples: [
          ['main'],
          ['feature/x'],
          ['a.lock'],
          ['a.lock/b'],
          ['.a'],
          ['a..b'],
          ['HEAD'],
          ['@'],
          ['-a'],
          ['a/'],
          ['é'],
        ],
      },
    );
  });

  it('about values in a configuration file', () => {
    const file = join(scratch.root, 'config');
    const value = fc.string({ unit: fc.constantFrom(...'ab "\\#;=[]nt'), maxLength: 12 });
    fc.assert(
      fc.property(value, (raw) => {
        writeFileSync(file, `[remote "origin"]\n\turl = ${raw}\n`);
        const git = spawnSync('git', ['config', '--file', file, '-z', '--get', 'remote.origin.url'], {
          cwd: scratch.root,
          env: scratch.environment,
        });
        // What git refuses to read is nobody's clone; about tabs, and blanks before a continued line, its versions differ.
        if (git.status !== 0 || raw.endsWith('\\')) return;
        assert.equal(
          parseRepositoryConfig(`[remote "origin"]\n\turl = ${raw}\n`).originUrl,
          git.stdout.toString().replace(/\0$/, ''),
          JSON.stringify(raw),
        );
      }),
      { numRuns: 150 },
    );
  });
});
