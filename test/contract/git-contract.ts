import { cloneContract } from './git-contract-clone.ts';
import { contentContract } from './git-contract-content.ts';
import { fetchContract } from './git-contract-fetch.ts';
import { readContract } from './git-contract-read.ts';
import type { GitWorld, InGitWorld } from './git-world.ts';

/** What every GitReader, GitWriter and GitWatcher must keep; registers the tests. */
export function gitContract(makeWorld: () => Promise<GitWorld>): void {
  const inWorld: InGitWorld = (body) => async () => {
    const world = await makeWorld();
    try {
      await body(world);
    } finally {
      await world.close();
    }
  };
  fetchContract(inWorld);
  readContract(inWorld);
  contentContract(inWorld);
  cloneContract(inWorld);
}
