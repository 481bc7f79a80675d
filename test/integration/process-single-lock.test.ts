import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { acquireSingle } from '#drivers/process/single-lock.ts';
import { eventually } from '../support/eventually.ts';

const LOCK = JSON.stringify(join(import.meta.dirname, '../../src/drivers/process/single-lock.ts'));

let folder: string;

/** Starts a process that takes the lock and keeps it; answers what it printed, and the process. */
async function holder(path: string) {
  const script = `
    const { acquireSingle } = await import(${LOCK});
    const lock = await acquireSingle(${JSON.stringify(path)});
    console.log(JSON.stringify(lock));
    if (lock.held) setInterval(() => lock, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const printed = await new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
  return { child, lock: JSON.parse(printed), errors: () => errors };
}

describe('the lock for one controller', () => {
  beforeEach(async () => {
    folder = await mkdtemp(`/tmp/ccci-test-${process.pid}-lock-`);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is held by one, and tells the other who that is', async () => {
    const path = join(folder, 'new folder', 'lock');
    const lock = await acquireSingle(path);
    assert.ok(lock.held);
    const inside = await acquireSingle(path);
    assert.deepEqual(!inside.held && inside.holder?.pid, process.pid);
    const { lock: refused, child, errors } = await holder(path);
    assert.equal(refused.held, false);
    assert.equal(refused.holder.pid, process.pid);
    assert.ok(Math.abs(Date.now() - Date.parse(refused.holder.since)) < 60_000);
    assert.equal(errors(), '', 'nothing may be printed, no warning either');
    child.kill('SIGKILL');
    lock.release();
    const again = await acquireSingle(path);
    assert.ok(again.held);
    again.release();
  });

  it('is free at once when its holder is killed, whatever lies around', async () => {
    const path = join(folder, 'lock');
    const { child, lock } = await holder(path);
    assert.equal(lock.held, true);
    assert.equal((await acquireSingle(path)).held, false);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const mine = await acquireSingle(path);
    assert.ok(mine.held);
    assert.equal(JSON.parse(await readFile(`${path}.holder`, 'utf8')).pid, process.pid);
    assert.equal((await stat(`${path}.holder`)).mode & 0o777, 0o600);
    mine.release();
  });

  it('goes to exactly one of several that ask at the same moment', async () => {
    const path = join(folder, 'lock');
    const all = await Promise.all([1, 2, 3].map(() => holder(path)));
    assert.equal(all.filter(({ lock }) => lock.held).length, 1);
    for (const { lock } of all) if (!lock.held) assert.ok(lock.holder.pid > 0);
    for (const { child } of all) child.kill('SIGKILL');
    await eventually('it is free again', async () => {
      const lock = await acquireSingle(path);
      if (lock.held) lock.release();
      return lock.held;
    });
  });

  it('refuses a file that is no lock instead of writing over it', async () => {
    const path = join(folder, 'lock');
    await writeFile(path, 'a letter to somebody, long enough to be something else than an empty database\n'.repeat(20));
    await chmod(path, 0o600);
    await assert.rejects(acquireSingle(path), /could not take the lock/);
    assert.match(await readFile(path, 'utf8'), /^a letter/);
  });
});
