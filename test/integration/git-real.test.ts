import { describe } from 'node:test';
import { gitContract } from '../contract/git-contract.ts';
import { makeRealGitWorld } from './git-real-world.ts';

describe('real git keeps the contract', () => gitContract(makeRealGitWorld));
