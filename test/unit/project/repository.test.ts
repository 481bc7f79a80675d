import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { partLists } from '../../../scripts/parts.ts';

const generated = ['node_modules', 'dist', '.git'];
const files = globSync('**/*', { exclude: (path) => generated.includes(path) })
  .concat(globSync('.{ci,github}/**/*'), globSync('.*'))
  .filter((path) => !generated.includes(path) && statSync(path).isFile())
  .sort();

function linesMatching(pattern: RegExp, among = files): string[] {
  return among.flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
    );
  });
}

// Written in pieces, so that this file does not find itself.
const foreignPaths = new RegExp(
  ['/work', '/(main|shared)\\b|/(Users|home)', '/[a-z]+/(src|projects|code|work)/'].join(''),
);
const registries = new RegExp(
  ['registry\\.(npm', 'js|yarn', 'pkg)\\b|deb\\.', 'debian\\.org|artifact', 'ory\\b|\\bnex', 'us\\.'].join(''),
);

describe('the repository', () => {
  it('locks packages by hash and not by where one machine found them', () => {
    assert.deepEqual(linesMatching(/"resolved": "(?!runtime")/, ['package-lock.json']), []);
  });

  it('installs the lock file that belongs to package.json', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, Record<string, unknown>>;
    };
    for (const [path, manifest] of Object.entries({ '': 'package.json', runtime: 'runtime/package.json' })) {
      const written = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
      for (const key of ['dependencies', 'devDependencies', 'optionalDependencies'])
        assert.deepEqual(
          lock.packages[path]?.[key],
          written[key],
          `${manifest} and package-lock.json differ in ${key}: run npm install`,
        );
    }
  });

  it('names no host in what npm reads', () => {
    assert.deepEqual(linesMatching(/https?:/, ['package.json', 'runtime/package.json', '.npmrc']), []);
  });

  it('names no package registry anywhere', () => {
    assert.deepEqual(
      linesMatching(
        registries,
        files.filter((file) => file !== 'LICENSE'),
      ),
      [],
    );
  });

  it("names no path of one person's machine", () => {
    assert.deepEqual(linesMatching(foreignPaths), []);
  });

  it('switches no lint rule off for a whole file', () => {
    assert.deepEqual(
      linesMatching(
        /\/\*\s*eslint-disable(?!-)/,
        files.filter((file) => !file.startsWith('test/unit/project/')),
      ),
      [],
    );
  });

  it('runs every test file in some part', () => {
    const folders = Object.values(partLists)
      .flat()
      .flatMap((part) => part.folders ?? []);
    const astray = files.filter(
      (file) => /\.test\.[cm]?[jt]s$/.test(file) && !folders.some((folder) => file.startsWith(`${folder}/`)),
    );
    assert.deepEqual(astray, [], `expected test files below one of ${folders.join(', ')}`);
  });

  it('describes exactly the folders that the import rules know', async () => {
    const { layers } = (await import(resolve('.dependency-cruiser.mjs'))) as { layers: { folder: string }[] };
    const described = [...readFileSync('src/README.md', 'utf8').matchAll(/^\| `([a-z]+)` \|/gm)].map(
      (match) => match[1],
    );
    assert.deepEqual(
      described,
      layers.map((layer) => layer.folder),
    );
  });

  it('has a make target for every npm script that a person calls', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const targets = [
      ...readFileSync('Makefile', 'utf8').matchAll(/^[a-z]+: ##.*\n\t@npm (?:run )?(?:--silent )?([a-z:]+)/gm),
    ].map((match) => match[1]);
    assert.deepEqual(
      targets.sort(),
      Object.keys(scripts)
        .filter((name) => name !== 'prepack')
        .sort(),
    );
  });

  it('has every file that an npm script starts', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const started = Object.values(scripts).flatMap((script) =>
      [...script.matchAll(/(?:node|sh) (\S+\.(?:ts|sh))/g)].map((match) => match[1] ?? ''),
    );
    assert.deepEqual(
      [...new Set(started)].filter((file) => !existsSync(file)),
      [],
    );
  });
});
