import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sweep } from '../../../scripts/sweep.ts';
import { makeTempFolder } from './temp-folder.ts';

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync('true').pid;
}

describe('sweep', () => {
  it('removes what a dead test has left, with the processes that name it and theirs', async () => {
    const home = makeTempFolder('sweep');
    const leftover = join(home, `ccci-test-${deadPid()}-left`);
    mkdirSync(leftover);
    const owner = spawn('sh', ['-c', 'env -i sleep 60 & wait', leftover], { detached: true });
    const ended = once(owner, 'exit');
    const found = sweep([home]);
    await ended;
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', new RegExp(`^${leftover} and processes .*${owner.pid}`));
    assert.equal(existsSync(leftover), false);
  });

  it('finds processes by their environment too', async () => {
    const home = makeTempFolder('sweep');
    const leftover = join(home, `ccci-test-${deadPid()}-left`);
    mkdirSync(leftover);
    const owner = spawn('sleep', ['60'], { env: { ...process.env, CCCI_STATE_DIR: leftover } });
    await once(owner, 'spawn');
    const ended = once(owner, 'exit');
    sweep([home]);
    assert.deepEqual(await ended, [null, 'SIGKILL']);
  });

  it('removes a folder without an owner when it is old', () => {
    const home = makeTempFolder('sweep');
    mkdirSync(join(home, 'ccci-test-abandoned'));
    utimesSync(join(home, 'ccci-test-abandoned'), 1, 1);
    assert.equal(sweep([home]).length, 1);
  });

  for (const name of [
    `ccci-test-${process.pid}-mine`,
    'ccci-test-nobody',
    'ccci-1-x',
    `other-ccci-test-${deadPid()}-x`,
  ]) {
    it(`leaves ${name.replace(/\d+/, 'PID')} alone`, () => {
      const home = makeTempFolder('sweep');
      mkdirSync(join(home, name));
      assert.deepEqual(sweep([home]), []);
      assert.ok(existsSync(join(home, name)));
    });
  }
});
