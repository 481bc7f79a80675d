import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';

const SCRIPT = `
import { startPrivateTmux } from ${JSON.stringify(join(import.meta.dirname, '../support/tmux.ts'))};
const { folder, run } = await startPrivateTmux();
await run('new-session', '-d', '-s', 'ccci-test-one', '--', '/bin/sh', '-c', 'trap "" HUP TERM; while :; do sleep 1; done');
console.log(folder);
setInterval(() => undefined, 1000);
`;

/** Processes that carry the folder's name in their environment. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
    } catch {
      // Gone in the meantime.
      return false;
    }
  });
}

describe('the private tmux of a test', () => {
  it('ends with everything in it when the test process is killed', async () => {
    const test = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const folder = await new Promise<string>((resolve) => {
      test.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    });
    assert.ok(processesOf(folder).length >= 2, 'a server and a process that ignores signals must run');
    test.kill('SIGKILL');
    await eventually('nothing is left', async () => processesOf(folder).length === 0 && !existsSync(folder));
  });
});
