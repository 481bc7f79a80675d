import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Git } from '#drivers/git/create-git.ts';
import { createGit } from '#drivers/git/create-git.ts';
import type { GitCredentials, RemoteFailure } from '#drivers/git/git.ts';
import { GitError } from '#drivers/git/git.ts';
import type { ScratchGit } from '../support/git.ts';
import { createScratchGit } from '../support/git.ts';
import type { Sshd } from '../support/sshd.ts';
import { makeKey, skipSshd, startSshd } from '../support/sshd.ts';

describe('a key for an ssh remote', { skip: skipSshd }, () => {
  let scratch: ScratchGit;
  let sshd: Sshd;
  let git: Git;
  let url: string;
  let head: string;
  let folder: string;
  let count = 0;
  before(async () => {
    scratch = await createScratchGit();
    const bare = await scratch.bare('remote.git');
    head = await scratch.commitTo(bare, { subject: 'first' });
    sshd = await startSshd(scratch.root);
    url = `ssh://root@127.0.0.1:${sshd.port}${bare}`;
    git = createGit({ environment: scratch.environment });
    // Everything that a shell or ssh would take for something else.
    folder = join(scratch.root, `a b'c %h $(id)`);
    await mkdir(folder);
    await copyFile(sshd.keyFile, join(folder, 'key'));
    await chmod(join(folder, 'key'), 0o600);
    await writeHosts('hosts');
  });
  after(async () => {
    git.close();
    await sshd.stop();
    await scratch.remove();
  });

  async function writeHosts(name: string): Promise<void> {
    const key = await readFile(join(scratch.root, 'host.pub'), 'utf8');
    await writeFile(join(folder, name), `[127.0.0.1]:${sshd.port} ${key}`);
  }
  async function fetchWith(credentials: GitCredentials): Promise<string> {
    const mirror = join(scratch.root, `mirror${(count += 1)}.git`);
    return git.writer.fetch({ mirror, url, branch: 'main', timeoutMs: 20_000, credentials });
  }
  async function refused(credentials: GitCredentials, reason: RemoteFailure): Promise<void> {
    await assert.rejects(fetchWith(credentials), (error) => error instanceof GitError && error.reason === reason);
  }
  const at = (name: string) => join(folder, name);

  it('lets a fetch and a clone in, wherever it lies', async () => {
    const credentials = { keyFile: at('key'), knownHostsFile: at('hosts') };
    assert.equal(await fetchWith(credentials), head);
    const path = join(scratch.root, 'clone');
    await git.writer.clone({ path, url, branch: 'main', timeoutMs: 20_000, credentials });
    assert.equal(await scratch.git(path, 'rev-parse', 'HEAD'), head);
  });

  it('is not shown to a host that is not known', async () => {
    await writeFile(at('nobody'), '');
    await refused({ keyFile: at('key'), knownHostsFile: at('nobody') }, 'AuthenticationFailed');
  });

  it('is the only one that is tried', async () => {
    makeKey(at('other'));
    await refused({ keyFile: at('other'), knownHostsFile: at('hosts') }, 'AuthenticationFailed');
  });

  it('is refused when the group can read it, and missed when it is not there', async () => {
    await copyFile(at('key'), at('open'));
    await chmod(at('open'), 0o640);
    await refused({ keyFile: at('open'), knownHostsFile: at('hosts') }, 'CredentialsExposed');
    await refused({ keyFile: at('none'), knownHostsFile: at('hosts') }, 'CredentialsMissing');
  });

  it('is not shown to a host whose own key has changed', async () => {
    await sshd.changeHostKey();
    await refused({ keyFile: at('key'), knownHostsFile: at('hosts') }, 'AuthenticationFailed');
    await writeHosts('new hosts');
    assert.equal(await fetchWith({ keyFile: at('key'), knownHostsFile: at('new hosts') }), head);
  });
});
