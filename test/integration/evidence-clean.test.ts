import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env, execPath, getuid } from 'node:process';
import { describe, test } from 'node:test';

import type { EvidenceView } from '#drivers/evidence/evidence.ts';

import { makeEvidenceWorld, type RealEvidenceWorld } from '../support/evidence-world.ts';
import { eventually } from '../support/eventually.ts';

async function ended(world: RealEvidenceWorld, name: string): Promise<EvidenceView> {
  return eventually(`run "${name}" ends`, async () => {
    const runs = await world.reader.list(world.root);
    const view = runs.state === 'known' ? runs.value[name] : undefined;
    return view !== undefined && view.state !== 'Running' && view;
  });
}

function inWorld(body: (world: RealEvidenceWorld) => Promise<void>) {
  return async () => {
    const world = await makeEvidenceWorld();
    try {
      await body(world);
    } finally {
      await world.close();
    }
  };
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('evidence is run where nothing else can disturb it', () => {
  test(
    'the command sees exactly the claimed commit, also when the branch has gone on',
    inWorld(async (world) => {
      await world.git.commitTo(world.mirror, { files: { 'answer.txt': 'later\n' } });
      await world.writer.start(
        world.of('a', ['sh', '-c', 'cat answer.txt; git rev-parse HEAD; git remote; git status -s']),
      );
      assert.equal((await ended(world, 'a')).state, 'Passed');
      assert.equal(await world.printed('a'), `42\n${world.sha}\n`);
    }),
  );

  test(
    'a command of another user works in a checkout that is its own, and can not enter the state directory',
    { skip: getuid?.() !== 0 && 'only root can run as somebody else' },
    inWorld(async (world) => {
      const script = 'id -un; cat answer.txt; git rev-parse HEAD; touch "$HOME/mine" made-here; ls "$0" 2>&1 | head -1';
      const argv = ['sh', '-c', script, join(world.mirror, 'objects')];
      await mkdir(world.root, { recursive: true, mode: 0o700 });
      await world.writer.start({ ...world.of('a', argv), runAs: 'nobody' });
      const { state } = await ended(world, 'a');
      const [user, answer, sha, listed = ''] = (await world.printed('a')).split('\n');
      assert.deepEqual([state, user, answer, sha], ['Passed', 'nobody', '42', world.sha]);
      assert.match(listed, /denied|cannot access/i);
    }),
  );

  test(
    'a user that does not exist is a run that could not be made, with what to do',
    inWorld(async (world) => {
      await world.writer.start({ ...world.of('a', ['true']), runAs: 'ccci-no-such-user' });
      const { state, said } = await ended(world, 'a');
      assert.equal(state, 'Lost');
      assert.match(said, /could not find the user "ccci-no-such-user"; create it/);
    }),
  );

  test(
    'the environment holds the allowed variables, and a home and a place for temporary files of its own',
    inWorld(async (world) => {
      const argv = [
        'sh',
        '-c',
        'env | cut -d= -f1 | sort | tr "\\n" " "; ls -A "$HOME"; case $TMPDIR in "$HOME"*) echo same;; esac',
      ];
      const environment = { PATH: env['PATH'] ?? '', LANG: 'C' };
      await world.writer.start(world.of('a', argv, { environment }));
      assert.equal((await ended(world, 'a')).state, 'Passed');
      const names = (await world.printed('a')).trim().split(' ');
      assert.deepEqual(
        names,
        ['HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR'].concat(names.includes('OLDPWD') ? ['OLDPWD'] : []),
      );
    }),
  );

  test(
    'no filter, hook or configuration of the repository or its mirror runs',
    inWorld(async (world) => {
      const sign = join(world.git.root, 'ran');
      const hook = join(world.mirror, 'hooks', 'post-checkout');
      await mkdir(join(world.mirror, 'hooks'), { recursive: true });
      await writeFile(hook, `#!/bin/sh\ntouch ${sign}\n`);
      await chmod(hook, 0o755);
      await world.git.git(world.mirror, 'config', 'filter.evil.smudge', `touch ${sign}`);
      await world.git.git(world.mirror, 'config', 'core.fsmonitor', `touch ${sign}`);
      const sha = await world.git.commitTo(world.mirror, {
        files: { '.gitattributes': '* filter=evil\n', 'x.txt': 'x\n' },
      });
      await world.writer.start(world.of('a', ['cat', 'x.txt'], { sha }));
      assert.equal((await ended(world, 'a')).state, 'Passed');
      assert.equal(await world.printed('a'), 'x\n');
      await assert.rejects(stat(sign), 'something that the mirror names was run');
    }),
  );

  test(
    'when the time is over everything is ended, also what left the process group',
    inWorld(async (world) => {
      const script = 'setsid sleep 600 & echo $!; sleep 600 & echo $!; wait';
      await world.writer.start(world.of('a', ['sh', '-c', script], { timeoutMs: 400 }));
      const view = await ended(world, 'a');
      assert.deepEqual([view.state, view.said], ['Failed', 'no end within 0.4 s']);
      const pids = (await world.printed('a')).trim().split('\n').map(Number);
      assert.equal(pids.length, 2);
      await eventually('nothing of it lives', async () => !pids.some(isAlive));
    }),
  );

  test(
    'the end of the output is kept, for its owner only, and the checkout is removed',
    inWorld(async (world) => {
      const script =
        'i=0; while [ $i -lt 20000 ]; do echo "line $i of what it prints, and some more"; i=$((i+1)); done; mkdir ro; touch ro/x; chmod 500 ro; exit 3';
      await world.writer.start(world.of('a', ['sh', '-c', script]));
      const view = await ended(world, 'a');
      assert.deepEqual([view.state, view.said], ['Failed', 'exit code 3']);
      const text = await readFile(view.output);
      assert.ok(text.byteLength <= 256 * 1024 + 100, `${text.byteLength} bytes are kept`);
      assert.match(
        text.toString(),
        /^\[\d+ bytes before this are left out\]\n[^]*line 19999 of what it prints, and some more\n$/,
      );
      assert.equal((await stat(view.output)).mode & 0o777, 0o600);
      assert.equal((await stat(join(world.root, 'a'))).mode & 0o777, 0o700);
      const left = await readdir(await world.attempt('a'));
      assert.deepEqual(left.toSorted(), ['output.log', 'owner.json', 'request.json', 'result.json']);
    }),
  );

  test(
    'a command or a commit that is not there is no verdict',
    inWorld(async (world) => {
      await world.writer.start(world.of('a', ['ccci-test-no-such-program']));
      const first = await ended(world, 'a');
      assert.equal(first.state, 'Lost');
      assert.match(first.said, /"ccci-test-no-such-program" could not be started: .*ENOENT/);
      await world.writer.start(world.of('b', ['true'], { sha: 'f'.repeat(40) }));
      const second = await ended(world, 'b');
      assert.equal(second.state, 'Lost');
      assert.match(second.said, /could not check out commit ffffffffffff/);
    }),
  );

  test(
    'a run goes on when the program that started it is killed',
    inWorld(async (world) => {
      const request = world.request('a', 1);
      const driver = new URL('../../src/drivers/evidence/real-evidence.ts', import.meta.url).href;
      const program = `import { createEvidence } from '${driver}'; await createEvidence().writer.start(${JSON.stringify(request)}); process.kill(process.pid, 'SIGKILL');`;
      const child = execFile(execPath, ['--input-type=module', '-e', program], {
        cwd: join(import.meta.dirname, '../..'),
      });
      await once(child, 'exit');
      await eventually('the command has begun', async () => (await world.begun('a')) === 1);
      await world.end('a', 'Passed');
      assert.equal((await ended(world, 'a')).state, 'Passed');
    }),
  );

  test(
    'the command of an attempt that lost its process is ended before the next one begins',
    inWorld(async (world) => {
      await world.writer.start(world.of('a', ['sh', '-c', 'echo $$ > "$HOME/../../../../pid"; exec sleep 600']));
      const file = join(world.git.root, 'pid');
      const pid = Number(
        await eventually(
          'the command has begun',
          async () => (await readFile(file, 'utf8').catch(() => '')) || undefined,
        ),
      );
      await world.end('a', 'Lost');
      assert.equal((await ended(world, 'a')).state, 'Lost');
      assert.ok(isAlive(pid), 'the command outlives its supervisor');
      await world.writer.start(world.of('a', ['true'], { attempt: 2 }));
      assert.equal((await ended(world, 'a')).state, 'Passed');
      assert.ok(!isAlive(pid), 'two commands ran for one claim');
    }),
  );

  test(
    'an attempt that nobody took is lost, and may not begin later',
    inWorld(async (world) => {
      const folder = join(world.root, 'a', 'attempt-1');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'request.json'), JSON.stringify(world.request('a', 1)));
      await world.writer.stop(join(world.root, 'a'));
      const supervisor = new URL('../../src/drivers/evidence/supervise.ts', import.meta.url).href;
      const program = `import { supervise } from '${supervisor}'; await supervise(${JSON.stringify(folder)});`;
      await once(
        execFile(execPath, ['--input-type=module', '-e', program], { cwd: join(import.meta.dirname, '../..') }),
        'exit',
      );
      assert.equal((await ended(world, 'a')).state, 'Lost');
      assert.equal(await world.begun('a'), 0);
    }),
  );
});
