import { describe } from 'node:test';
import { createFakeGit } from '../fakes/fake-git.ts';
import { gitContract } from './git-contract.ts';
import type { GitWorld } from './git-world.ts';

describe('the fake git keeps the contract', () => gitContract(makeWorld));

function makeWorld(): Promise<GitWorld> {
  const git = createFakeGit();
  const [url, otherUrl, mirror] = [
    'https://git.example.org/remote.git',
    'https://git.example.org/other.git',
    '/state/mirror.git',
  ];
  const remote = git.remote(url);
  git.remote(otherUrl).commit({ subject: 'other' });
  const soon = async <T>(answer: () => T): Promise<T> => answer();
  return Promise.resolve({
    ...{ reader: git.reader, writer: git.writer, watch: git.watch, url, otherUrl, mirror },
    place: (name) => `/home/${name}`,
    commit: (commit) => soon(() => remote.commit(commit)),
    forcePush: (commit) => soon(() => remote.forcePush(commit)),
    deleteBranch: (branch) => soon(() => remote.deleteBranch(branch)),
    breakRemote: (fault) => soon(() => void (remote.fault = fault)),
    damageMirror: () => soon(() => damage(git.mirrors.get(mirror))),
    putFolder: (path, files) => soon(() => void git.folders.set(path, { ...files })),
    removeFolder: (path) => soon(() => void git.folders.delete(path)),
    commitIn: (path, commit) => soon(() => git.commitIn(path, commit)),
    push: (path) => soon(() => git.push(path)),
    close: () => Promise.resolve(),
  });
}

function damage(mirror: { damaged: boolean } | undefined): void {
  if (mirror !== undefined) mirror.damaged = true;
}
