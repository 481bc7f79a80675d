import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { agent, keysOf, load, newFolder, repository } from './manifest-files.ts';
import type { Files } from './manifest-files.ts';

describe('what is loaded', () => {
  const rows: { reason: string; files: Files; paths?: string[]; recursive?: boolean; keys: string[] }[] = [
    { reason: 'a file', files: { 'a.yaml': repository('a') }, paths: ['a.yaml'], keys: ['Repository/a'] },
    {
      reason: 'several documents, empty ones ignored',
      files: { 'a.yaml': `---\n---\n# none\n---\n${repository('a')}---\n${repository('b')}---\n` },
      keys: ['Repository/a', 'Repository/b'],
    },
    {
      reason: 'a folder: yaml, yml and json, sorted, nothing hidden, nothing else',
      files: {
        'b.yml': repository('b'),
        'a.yaml': repository('a'),
        'c.json':
          '{"apiVersion": "ccci.dev/v1alpha1",\n\t"kind": "Repository", "metadata": {"name": "c"}, "spec": {"url": "/c.git"}}',
        '.hidden.yaml': 'broken: [',
        'notes.md': '# no',
        'sub/d.yaml': repository('d'),
      },
      keys: ['Repository/a', 'Repository/b', 'Repository/c'],
    },
    {
      reason: 'folders in folders with -R, nothing hidden',
      files: { 'a.yaml': repository('a'), 'sub/deep/b.yaml': repository('b'), 'sub/.git/c.yaml': 'broken: [' },
      recursive: true,
      keys: ['Repository/a', 'Repository/b'],
    },
    {
      reason: 'a file that is named twice, once',
      files: { 'a.yaml': repository('a') },
      paths: ['a.yaml', '.', './a.yaml'],
      keys: ['Repository/a'],
    },
    {
      reason: 'a List',
      files: {
        'a.yaml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: ccci.dev/v1alpha1, kind: Repository, metadata: {name: a}, spec: {url: /a}}\n- {apiVersion: ccci.dev/v1alpha1, kind: Repository, metadata: {name: b}, spec: {url: /b}}\n`,
      },
      keys: ['Repository/a', 'Repository/b'],
    },
    {
      reason: 'a file with a byte order mark and DOS line ends',
      files: { 'a.yaml': `\uFEFF${repository('a').replaceAll('\n', '\r\n')}` },
      keys: ['Repository/a'],
    },
    {
      reason: 'an alias of a whole value',
      files: {
        'a.yaml': `${agent('x', '  env: &e [{name: A, value: b}]\n  envFiles: []')}\n---\n${agent('y', '  liveness: &l {stallAfter: 5m}\n  description: &d text\n  session: *d')}`,
      },
      keys: ['Agent/x', 'Agent/y'],
    },
    { reason: 'a file of comments: no object, no mistake', files: { 'a.yaml': '# nothing yet\n' }, keys: [] },
  ];
  for (const { reason, files, paths, recursive = false, keys } of rows) {
    it(reason, async () => assert.deepEqual(await keysOf(files, paths, { recursive }), keys));
  }

  it('standard input, with paths from the working folder', async () => {
    const text = agent('x').replace('/srv/x', 'clones/x');
    const cwd = await newFolder();
    const result = await load({}, ['-'], { cwd, readStdin: () => chunks(Buffer.from(text)) });
    assert.ok('objects' in result);
    assert.equal(result.objects[0]?.object.spec['workdir'], join(cwd, 'clones/x'));
    assert.deepEqual(result.files, ['<stdin>']);
  });

  it('an object as it was written: no defaults, local paths absolute from the manifest, prompt texts beside it, its place', async () => {
    const text = agent('x').replace('/srv/x', '../clones/x').replace('{inline: Work}', '{file: prompts/x.md}');
    const cwd = await newFolder();
    const result = await load(
      { 'm/a.yaml': `# first\n${text}`, 'm/prompts/x.md': 'Do {{ phase.id }} "now" $(x)\n' },
      ['m'],
      { cwd },
    );
    assert.ok('objects' in result);
    const [loaded] = result.objects;
    assert.deepEqual(loaded?.object.spec, {
      mode: 'Loop',
      workdir: join(cwd, 'clones/x'),
      backend: { type: 'claude' },
      prompt: { file: join(cwd, 'm/prompts/x.md') },
    });
    assert.deepEqual(loaded.texts, { 'spec.prompt.file': 'Do {{ phase.id }} "now" $(x)\n' });
    assert.deepEqual(loaded.position, { file: 'm/a.yaml', line: 2, column: 1 });
    assert.deepEqual(loaded.locate(['spec', 'backend', 'type']), { file: 'm/a.yaml', line: 8, column: 19 });
  });

  it('a circle of links does not trap -R', async () => {
    const cwd = await newFolder();
    await symlink(cwd, join(cwd, 'again'));
    const result = await load({ 'a.yaml': repository('a') }, ['.'], { cwd, recursive: true });
    assert.deepEqual(result.files, ['a.yaml']);
  });
});

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7);
}
