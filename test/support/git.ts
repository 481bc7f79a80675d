import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env as ownEnvironment } from 'node:process';
import { promisify } from 'node:util';

/** What a new commit in a test is made of. Bytes are for what is no UTF-8. */
export type NewCommit = {
  readonly branch?: string;
  readonly author?: { readonly name: string; readonly email: string };
  readonly subject?: string | Uint8Array;
  /** null deletes a file. */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
  /** Another parent beside the branch's head. */
  readonly merge?: string;
};

/** A temporary folder for repositories, and git in it that looks at nobody's configuration. */
export type ScratchGit = {
  readonly root: string;
  /** Environment with fixed identities and without system and user configuration. */
  readonly environment: Record<string, string>;
  /** Runs git and answers its output, trimmed. */
  git(cwd: string, ...args: readonly string[]): Promise<string>;
  /** Makes an empty bare repository that may be pushed to over HTTP; answers its path. */
  bare(name: string): Promise<string>;
  /** Puts a commit on a branch of a bare repository: on top of its head, or of `onto` by force (`null`: without parents). Answers its hash. */
  commitTo(bare: string, commit: NewCommit, onto?: string | null): Promise<string>;
  remove(): Promise<void>;
};

const run = promisify(execFile);

/** Makes the folder; `remove` deletes it. */
export async function createScratchGit(): Promise<ScratchGit> {
  const root = await mkdtemp(join(tmpdir(), 'ccci-test-git-'));
  const environment = testEnvironment(root);
  async function git(cwd: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', [...args], { cwd, env: environment, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  }
  let clockSeconds = 1_700_000_000;
  return {
    root,
    environment,
    git,
    async bare(name) {
      const path = join(root, name);
      await git(root, 'init', '--quiet', '--bare', '--initial-branch=main', path);
      await git(path, 'config', 'http.receivepack', 'true');
      return path;
    },
    async commitTo(bare, commit, onto) {
      const branch = commit.branch ?? 'main';
      const head = await git(bare, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).catch(() => null);
      const parent = onto === undefined ? head : onto;
      const args = ['fast-import', '--quiet', '--force'];
      const stdin = importStream(commit, { parent, seconds: (clockSeconds += 60) });
      return (await feed({ cwd: bare, env: environment, args }, stdin)).trim();
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function testEnvironment(home: string): Record<string, string> {
  return {
    PATH: ownEnvironment['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'builder',
    GIT_AUTHOR_EMAIL: 'builder@example.org',
    GIT_COMMITTER_NAME: 'builder',
    GIT_COMMITTER_EMAIL: 'builder@example.org',
  };
}

/** One commit in the language of `git fast-import`, which takes any bytes. */
function importStream(commit: NewCommit, place: { parent: string | null; seconds: number }): Buffer {
  const { name, email } = commit.author ?? { name: 'builder', email: 'builder@example.org' };
  const person = `${name} <${email}> ${place.seconds} +0000`;
  const parts: (string | Uint8Array)[] = [
    `feature done\ncommit refs/heads/${commit.branch ?? 'main'}\nmark :1\n`,
    `author ${person}\ncommitter ${person}\n`,
    ...dataBlock(commit.subject ?? 'work'),
    place.parent === null ? '' : `from ${place.parent}\n`,
    commit.merge === undefined ? '' : `merge ${commit.merge}\n`,
  ];
  for (const [path, content] of Object.entries(commit.files ?? {})) {
    if (content === null) parts.push(`D ${path}\n`);
    else parts.push(`M 100644 inline ${path}\n`, ...dataBlock(content));
  }
  parts.push('get-mark :1\ndone\n');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

function dataBlock(content: string | Uint8Array): (string | Uint8Array)[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return [`data ${bytes.byteLength}\n`, bytes, '\n'];
}

/** Runs git with that input and answers its output. */
function feed(
  call: { cwd: string; env: Record<string, string>; args: readonly string[] },
  stdin: Buffer,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...call.args], { cwd: call.cwd, env: call.env, stdio: ['pipe', 'pipe', 'pipe'] });
    let [out, said] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`git ${call.args.join(' ')} ended with ${String(code)}: ${said}`)),
    );
    child.stdin.end(stdin);
  });
}
