import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { recordBoot } from '#act/record-boot.ts';
import { LifeKeeper } from '#controller/life-keeper.ts';
import { createBootReader } from '#drivers/boot/real-boot.ts';
import { createFiles } from '#drivers/files/real-files.ts';
import { lifeBefore, lifePath, parseLifeNote } from '#observe/life-note.ts';

import { FakeClock } from '../fakes/fake-clock.ts';

const RECORD = { id: 'bbbbbbbb', at: '2026-03-01T10:00:00.000Z', phases: [] };

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ccci-test-boot-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A folder that looks like /proc in a boot with that identity. */
function procOf(folder: string, id: string): string {
  const proc = join(folder, `proc-${id}`);
  mkdirSync(join(proc, 'sys/kernel/random'), { recursive: true });
  writeFileSync(join(proc, 'sys/kernel/random/boot_id'), `${id}\n`);
  writeFileSync(join(proc, 'uptime'), '12.50 3.00\n');
  return proc;
}

test('the kernel of this host tells which boot it is, twice the same', async () => {
  const reader = createBootReader();
  const [first, second] = [await reader.read(), await reader.read()];
  assert.equal(first.state, 'known');
  assert.ok(first.state === 'known' && second.state === 'known' && first.value.id === second.value.id);
});

test('a host without such an identity has none, and a broken one is not known', async (t) => {
  const folder = folderOf(t);
  assert.equal((await createBootReader(join(folder, 'nothing')).read()).state, 'absent');
  const broken = procOf(folder, 'aaaaaaaa');
  writeFileSync(join(broken, 'sys/kernel/random/boot_id'), '\n');
  assert.equal((await createBootReader(broken).read()).state, 'unknown');
});

test('a log that somebody edits at the same moment is left as it is', async (t) => {
  const path = join(folderOf(t), 'REBOOTS.md');
  const action = {
    type: 'RecordBoot',
    reason: 'HostRebooted',
    message: 'x',
    blast: 'none',
    path,
    record: RECORD,
  } as const;
  const files = createFiles();
  await recordBoot({ ...action, before: undefined, text: 'one\n' }, { files });
  writeFileSync(path, 'by hand\n');
  await assert.rejects(recordBoot({ ...action, before: 'one\n', text: 'two\n' }, { files }), /was changed since/);
  assert.equal(readFileSync(path, 'utf8'), 'by hand\n');
});

test('the start after a boot knows when the controller before it was last there, and whether it ended in order', async (t) => {
  const folder = folderOf(t);
  const clock = new FakeClock();
  const start = async (id: string) => {
    const boot = createBootReader(procOf(folder, id));
    const onError = (error: unknown) => assert.fail(String(error));
    const keeper = new LifeKeeper({ stateDir: folder, files: createFiles(), boot, clock, onError });
    await keeper.start();
    return keeper;
  };
  const before = (id: string) => lifeBefore(parseLifeNote(readFileSync(lifePath(folder), 'utf8')), id);
  await (await start('aaaaaaaa')).close();
  const endedMs = clock.now().wallMs;
  await clock.advance(5000);
  await start('bbbbbbbb');
  await start('bbbbbbbb');
  assert.deepEqual(before('bbbbbbbb'), { bootId: 'aaaaaaaa', seenAtMs: endedMs, ended: true });
  assert.equal(before('cccccccc')?.ended, false, 'this one was not ended in order so far');
});

test('a state directory that was removed is not made again', async (t) => {
  const folder = folderOf(t);
  const stateDir = join(folder, 'state');
  mkdirSync(stateDir);
  const boot = createBootReader(procOf(folder, 'aaaaaaaa'));
  const keeper = new LifeKeeper({
    stateDir,
    files: createFiles(),
    boot,
    clock: new FakeClock(),
    onError: () => undefined,
  });
  await keeper.start();
  rmSync(stateDir, { recursive: true });
  await keeper.close();
  assert.throws(() => readFileSync(lifePath(stateDir)), { code: 'ENOENT' });
});
