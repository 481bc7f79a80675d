import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createFileStore } from '#store/file-store.ts';
import { isUnreadable, StorageError } from '#store/store.ts';
import type { Store, StoredObject } from '#store/store.ts';
import { agent } from '../../contract/store-contract-row.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-store-'));
let states = 0;

after(() => rm(folder, { recursive: true, force: true }));

function newState(): string {
  states += 1;
  return join(folder, `state-${states}`);
}

async function mustGet(store: Store, key: string): Promise<StoredObject> {
  const found = await store.get(key);
  assert.ok(found !== undefined && !isUnreadable(found), `${key} must be readable`);
  return found;
}

describe('the state directory', () => {
  it('is not made by reading', async () => {
    const state = newState();
    const store = createFileStore(state);
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(await store.events(), []);
    await assert.rejects(stat(state), { code: 'ENOENT' });
  });

  it('is made by the first write with its parents, for its owner alone, and so is everything in it', async () => {
    const state = join(newState(), 'deep', 'er');
    const store = createFileStore(state);
    await store.writeSpec(agent('builder', { mode: 'Loop' }));
    await store.addEvents([
      { id: '1', about: 'Agent/builder', type: 'Normal', reason: 'Made', message: 'm', at: 'now', count: 1 },
    ]);
    await store.close();
    const names = (await readdir(state, { recursive: true })).sort();
    assert.deepEqual(
      names.filter((name) => name.endsWith('.json') || name.endsWith('.jsonl')),
      ['events/current.jsonl', 'format.json', 'objects/Agent/builder/spec.json'],
    );
    for (const name of ['', ...names]) {
      const found = await stat(join(state, name));
      assert.equal(found.mode & 0o777, found.isDirectory() ? 0o700 : 0o600, name);
    }
  });

  it('holds text for people: indented JSON with the kind, the name and the spec', async () => {
    const state = newState();
    const store = createFileStore(state, { now: () => '2026-03-01T10:00:00.000Z', uid: () => 'u-1' });
    await store.writeSpec(agent('builder', { mode: 'Loop' }));
    const told = await store.writeStatus('Agent/builder', { ready: true }, '0');
    const specText = await readFile(join(state, 'objects/Agent/builder/spec.json'), 'utf8');
    assert.match(specText, /^\{\n {2}"version": "\d+",\n {2}"apiVersion": "ccci.dev\/v1alpha1",\n {2}"kind": "Agent",/);
    assert.deepEqual(JSON.parse(await readFile(join(state, 'objects/Agent/builder/status.json'), 'utf8')), {
      version: told.versions.status,
      uid: 'u-1',
      status: { ready: true },
    });
    assert.equal(await readFile(join(state, 'format.json'), 'utf8'), '{"version":1}\n');
  });

  it('removed under a running process: the objects are gone, and the next write makes it again', async () => {
    const state = newState();
    const store = createFileStore(state);
    const made = await store.writeSpec(agent('builder', {}));
    await rm(state, { recursive: true });
    assert.deepEqual(await store.list(), []);
    await assert.rejects(store.writeStatus('Agent/builder', {}, '0'), { name: 'ConflictError' });
    const again = await store.writeSpec(agent('builder', {}));
    assert.ok(Number(again.versions.spec) > Number(made.versions.spec), 'versions go on');
    assert.equal((await mustGet(store, 'Agent/builder')).metadata.uid, again.metadata.uid);
    await store.close();
  });

  it('that others can write to is refused, and the message says how to mend it', async () => {
    const state = newState();
    await mkdir(state);
    await chmod(state, 0o770);
    const expected = { reason: 'StorageUnavailable', message: new RegExp(`mode 0770\\); run: chmod 700 '${state}'`) };
    await assert.rejects(createFileStore(state).list(), expected);
    await assert.rejects(createFileStore(state).writeSpec(agent('builder', {})), expected);
  });

  it('of another user is refused', { skip: userInfo().uid !== 0 && 'only root can try it' }, async () => {
    const state = newState();
    await mkdir(state);
    const { chown } = await import('node:fs/promises');
    await chown(state, 12_345, 12_345);
    await assert.rejects(
      createFileStore(state).list(),
      /belongs to user 12345, not to "root" \(0\); run ccci as that user/,
    );
  });

  it('that is a file is refused', async () => {
    const state = newState();
    await writeFile(state, '');
    await assert.rejects(createFileStore(state).list(), /is not a folder; choose another with --state-dir/);
    await assert.rejects(createFileStore(state).writeSpec(agent('builder', {})), StorageError);
  });
});

describe('the format', () => {
  it('of a newer version is refused by every verb, and nothing is touched', async () => {
    const state = newState();
    await createFileStore(state).writeSpec(agent('builder', {}));
    await writeFile(join(state, 'format.json'), '{"version": 2, "extra": true}');
    const before = await snapshot(state);
    const store = createFileStore(state);
    const newer = { reason: 'NewerFormat', message: /format 2, this version of ccci knows up to 1.*left untouched/ };
    await assert.rejects(store.get('Agent/builder'), newer);
    await assert.rejects(store.list(), newer);
    await assert.rejects(store.events(), newer);
    await assert.rejects(store.writeSpec(agent('other', {})), newer);
    await assert.rejects(store.requestDelete('Agent/builder'), newer);
    assert.deepEqual(await snapshot(state), before);
  });

  const broken = [
    { reason: 'it is cut off', text: '{"version": ', message: /format\.json:1:13: did not expect the end of the file/ },
    { reason: 'it holds no version', text: '{}', message: /must hold \{"version": 1\}/ },
    { reason: 'it is no object', text: '7', message: /must hold \{"version": 1\}/ },
  ];
  for (const { reason, text, message } of broken) {
    it(`can not be told when ${reason}, so nothing is read or written`, async () => {
      const state = newState();
      await createFileStore(state).writeSpec(agent('builder', {}));
      await writeFile(join(state, 'format.json'), text);
      await assert.rejects(createFileStore(state).list(), { reason: 'StorageUnavailable', message });
    });
  }
});

describe('a record that can not be read', () => {
  const rows = [
    {
      reason: 'broken JSON',
      file: 'spec',
      text: '{\n  "kind": "Agent",\n  "spec": {,}\n}',
      message: /spec\.json:3:12: is not JSON: did not expect ","/,
    },
    {
      reason: 'cut off',
      file: 'spec',
      text: '{"kind": "Ag',
      message: /spec\.json:1:13: is not JSON: did not expect the end of the file/,
    },
    { reason: 'emptied by a power cut', file: 'spec', text: '\0\0\0', message: /spec\.json:1:1: is not JSON/ },
    { reason: 'a list', file: 'spec', text: '[]', message: /spec\.json:1:1: must hold a JSON object/ },
    {
      reason: 'without a spec',
      file: 'spec',
      text: '{"version":"1","kind":"Agent","apiVersion":"v"}',
      message: /spec\.json: lacks "spec", "metadata\.name", "metadata\.uid", "metadata\.generation"/,
    },
    {
      reason: 'of another object',
      file: 'spec',
      text: '{"version":"1","kind":"Gate","apiVersion":"v","spec":{},"metadata":{"name":"x","uid":"u","generation":1}}',
      message: /spec\.json: holds "Gate\/x"/,
    },
    {
      reason: 'a broken status',
      file: 'status',
      text: '{"version":"5","status":',
      message: /status\.json:1:25: is not JSON/,
    },
    {
      reason: 'a broken operator record',
      file: 'operator',
      text: '{"version":"5"}',
      message: /operator\.json: lacks "operator"/,
    },
  ];
  for (const { reason, file, text, message } of rows) {
    it(`(${reason}) says where, keeps its name and is left as it is`, async () => {
      const state = newState();
      const store = createFileStore(state);
      await store.writeSpec(agent('builder', {}));
      const path = join(state, 'objects/Agent/builder', `${file}.json`);
      await writeFile(path, text);
      const found = await store.get('Agent/builder');
      assert.ok(found !== undefined && isUnreadable(found));
      assert.match(found.unreadable, message);
      assert.match(found.unreadable, /; repair the file or move its folder away$/);
      await assert.rejects(store.writeStatus('Agent/builder', {}, '0'), { reason: 'Unreadable' });
      assert.equal(await readFile(path, 'utf8'), text);
      await store.close();
    });
  }
});

describe('what other hands leave in the state directory', () => {
  it('unknown fields stay when a record is written again', async () => {
    const state = newState();
    const store = createFileStore(state);
    const made = await store.writeSpec(agent('builder', { a: 1 }));
    const path = join(state, 'objects/Agent/builder/spec.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"metadata": {', '"later": {"x": [1]},\n  "metadata": {\n    "shard": 7,'));
    const changed = await store.writeSpec(agent('builder', { a: 2 }, made.versions.spec));
    const raw = JSON.parse(await readFile(path, 'utf8')) as Record<string, Record<string, unknown>>;
    assert.deepEqual(raw['later'], { x: [1] });
    assert.equal(raw['metadata']?.['shard'], 7);
    const status = join(state, 'objects/Agent/builder/status.json');
    await writeFile(status, JSON.stringify({ version: '900', uid: made.metadata.uid, status: { s: 1 }, note: 'kept' }));
    await store.writeStatus('Agent/builder', { s: 2 }, '900');
    assert.equal((JSON.parse(await readFile(status, 'utf8')) as Record<string, unknown>)['note'], 'kept');
    assert.equal(changed.metadata.generation, 2);
    await store.close();
  });

  it('a status of an earlier life of the object does not count', async () => {
    const state = newState();
    const store = createFileStore(state);
    await store.writeSpec(agent('builder', {}));
    await writeFile(
      join(state, 'objects/Agent/builder/status.json'),
      JSON.stringify({ version: '7', uid: 'somebody-else', status: { s: 1 } }),
    );
    const found = await mustGet(store, 'Agent/builder');
    assert.equal(found.status, undefined);
    assert.equal(found.versions.status, '0');
    await store.close();
  });

  it('files and folders that are no objects are passed over', async () => {
    const state = newState();
    const store = createFileStore(state);
    await store.writeSpec(agent('builder', {}));
    await writeFile(join(state, 'objects', 'README'), '');
    await writeFile(join(state, 'objects', 'Agent', 'file'), '');
    await mkdir(join(state, 'objects', 'Agent', 'empty'));
    await mkdir(join(state, 'objects', 'Agent', 'Upper Case'));
    await mkdir(join(state, 'objects', 'lower'));
    await symlink('/nowhere', join(state, 'objects', 'Agent', 'dangling'));
    assert.deepEqual((await store.list()).length, 1);
    await store.close();
  });

  it('a lost or garbled counter gives no version twice', async () => {
    const state = newState();
    const store = createFileStore(state, { now: () => '1970-01-01T00:00:00.000Z' });
    const first = await store.writeSpec(agent('builder', { a: 1 }));
    await rm(join(state, 'revision'));
    const second = await store.writeSpec(agent('builder', { a: 2 }, first.versions.spec));
    await writeFile(join(state, 'revision'), 'garbled');
    const third = await store.writeSpec(agent('builder', { a: 3 }, second.versions.spec));
    assert.equal(new Set([first, second, third].map(({ versions }) => versions.spec)).size, 3);
    await store.close();
  });

  it('a record that is edited by hand is seen, also when it is as long as before', async () => {
    const state = newState();
    const store = createFileStore(state);
    await store.writeSpec(agent('builder', { letter: 'a' }));
    const path = join(state, 'objects/Agent/builder/spec.json');
    for (const letter of 'bcdefg') {
      await writeFile(path, (await readFile(path, 'utf8')).replace(/"letter": "."/, `"letter": "${letter}"`));
      assert.deepEqual((await mustGet(store, 'Agent/builder')).spec, { letter });
    }
    await store.close();
  });
});

async function snapshot(state: string): Promise<Record<string, string>> {
  const names = (await readdir(state, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = names.map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}
