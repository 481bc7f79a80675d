import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

import { mergeManifest } from '#load/apply-merge.ts';
import { loadManifests } from '#load/load-manifests.ts';
import { saysWhatWasApplied, type StoredManifest } from '#load/says-what-was-applied.ts';

const CREW = `apiVersion: ccci.dev/v1alpha1
kind: Repository
metadata: { name: work, labels: { a: b } }
spec: { url: /srv/work, interval: 30s }
---
apiVersion: ccci.dev/v1alpha1
kind: Agent
metadata: { name: one }
spec:
  mode: Loop
  workdir: work
  repositoryRef: { name: work }
  backend: { type: claude }
  prompt: { file: one.md }
`;

describe('manifests beside what was applied', () => {
  let folder: string;
  let stored: ReadonlyMap<string, StoredManifest>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ccci-test-same-'));
    await reset();
    const loaded = await loadManifests([folder], { cwd: folder });
    assert.ok('objects' in loaded);
    stored = new Map(
      loaded.objects.map(({ object, texts }) => {
        const { apiVersion, kind, metadata, spec } = object;
        const { outcome: _outcome, ...merge } = mergeManifest(undefined, { spec, ...metadata, texts });
        const asStored = JSON.parse(
          JSON.stringify({ apiVersion, kind, name: metadata.name, ...merge }),
        ) as StoredManifest;
        return [`${kind}/${metadata.name}`, asStored];
      }),
    );
  });
  beforeEach(() => reset());
  after(() => rm(folder, { recursive: true, force: true }));

  const reset = async () => {
    await writeFile(join(folder, 'crew.yaml'), CREW);
    await writeFile(join(folder, 'one.md'), 'go');
  };
  const same = (paths = [folder], among = stored) =>
    saysWhatWasApplied({ paths, cwd: folder, recursive: false, stored: among });

  it('are the same, also when they are written in another way', async () => {
    assert.equal(await same(), true);
    await writeFile(join(folder, 'crew.yaml'), `# a comment\n${CREW.replace('mode: Loop', 'mode: "Loop"')}`);
    assert.equal(await same(), true);
  });

  const EDITS: readonly { reason: string; from: string; to: string }[] = [
    { reason: 'a field was changed', from: '30s', to: '31s' },
    { reason: 'a field was added', from: 'mode: Loop', to: 'mode: Loop\n  session: x' },
    { reason: 'a field was taken away', from: ', interval: 30s', to: '' },
    { reason: 'a label was changed', from: 'a: b', to: 'a: c' },
    { reason: 'an object was renamed', from: 'name: one', to: 'name: two' },
    { reason: 'there is a mistake', from: 'mode: Loop', to: 'mode: [' },
    { reason: 'a part is unknown', from: 'spec: {', to: 'more: x\nspec: {' },
    { reason: 'an object is there twice', from: '---\n', to: `---\n${CREW.split('---\n')[0] ?? ''}---\n` },
  ];
  for (const { reason, from, to } of EDITS)
    it(`are to be loaded: ${reason}`, async () => {
      assert.ok(CREW.includes(from));
      await writeFile(join(folder, 'crew.yaml'), CREW.replace(from, to));
      assert.equal(await same(), false);
    });

  it('are to be loaded when a prompt was changed or is gone', async () => {
    await writeFile(join(folder, 'one.md'), 'go on');
    assert.equal(await same(), false);
    await rm(join(folder, 'one.md'));
    assert.equal(await same(), false);
  });

  it('are to be loaded when what they refer to is not stored any more', async () => {
    await writeFile(join(folder, 'crew.yaml'), CREW.split('---\n')[1] ?? '');
    assert.equal(await same(), true);
    assert.equal(await same([folder], new Map([...stored].filter(([key]) => key !== 'Repository/work'))), false);
  });

  it('are to be loaded from standard input, and when there are none', async () => {
    assert.equal(await same(['-']), false);
    assert.equal(await same([join(folder, 'none')]), false);
  });
});
