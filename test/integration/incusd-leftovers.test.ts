import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopIncusd, sweepIncusd } from '../../demo/incusd/incusd.ts';
import { skipIncusd } from '../support/incusd.ts';

describe('a throwaway Incus daemon leaves nothing behind', { skip: skipIncusd }, () => {
  let parent: string;
  const owners: ChildProcess[] = [];

  before(() => {
    parent = mkdtempSync(`/tmp/ccci-test-${process.pid}-`);
    // The mapped root of a container must be able to pass.
    chmodSync(parent, 0o711);
  });
  after(async () => {
    owners.forEach((owner) => owner.kill('SIGKILL'));
    for (const name of readdirSync(parent)) await stopIncusd(join(parent, name));
    rmSync(parent, { recursive: true, force: true });
  });

  async function startOwner(): Promise<{ owner: ChildProcess; dir: string }> {
    const program = fileURLToPath(new URL('../support/incusd-owner.ts', import.meta.url));
    const owner = spawn(process.execPath, [program, parent, 'ccci-test-'], { stdio: ['ignore', 'pipe', 'inherit'] });
    owners.push(owner);
    const dir = await new Promise<string>((resolve, reject) => {
      owner.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      owner.once('exit', () => reject(new Error('the owner ended before its daemon was ready')));
    });
    owner.removeAllListeners('exit');
    assert.ok(processesOf(dir).length >= 3, 'a daemon, a monitor and a guest run');
    return { owner, dir };
  }

  it('when the process that owns it is killed', async () => {
    const { owner, dir } = await startOwner();
    owner.kill('SIGKILL');
    // The one that tidies up removes the folder before it ends itself.
    await until(() => !existsSync(dir) && processesOf(dir).length === 0);
    assertNothingLeft(dir);
  });

  it('when daemon, owner and the process that watches over both are killed: the next start sweeps', async () => {
    const { owner, dir } = await startOwner();
    const leash = processesOf(dir).find((pid) => commandOf(pid).startsWith('/bin/sh'));
    assert.ok(leash !== undefined, 'a leash runs');
    process.kill(leash, 'SIGKILL');
    process.kill(Number(readFileSync(join(dir, 'incusd.pid'), 'utf8')), 'SIGKILL');
    owner.kill('SIGKILL');
    await until(() => !existsSync(`/proc/${owner.pid}`));
    assert.ok(existsSync(dir));
    await sweepIncusd(parent, 'ccci-test-');
    assertNothingLeft(dir);
  });

  it('while another process that lives keeps its own', async () => {
    const { owner, dir } = await startOwner();
    await sweepIncusd(parent, 'ccci-test-');
    assert.ok(existsSync(join(dir, 'unix.socket')));
    owner.kill('SIGKILL');
    await until(() => !existsSync(dir));
  });
});

function assertNothingLeft(dir: string): void {
  assert.equal(existsSync(dir), false);
  assert.deepEqual(processesOf(dir).map(commandOf), []);
  assert.equal(readFileSync('/proc/self/mounts', 'utf8').includes(dir), false, 'mounts');
  assert.deepEqual(globSync('/sys/fs/cgroup/{,*/}lxc.{payload,monitor}.*orphan*'), [], 'cgroups');
}

/** The processes that name the folder, or whose mounts come from it. */
function processesOf(dir: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.map(Number).filter((pid) => commandOf(pid).includes(dir) || isGuestOf(pid, dir));
}

function isGuestOf(pid: number, dir: string): boolean {
  return readProc(pid, 'mountinfo').includes(`${dir}/storage-pools/default/containers/`);
}

function commandOf(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; !holds(); attempt += 1) {
    if (attempt > 1_000) throw new Error(`never true: ${holds.toString()}`);
    await sleep(20);
  }
}
