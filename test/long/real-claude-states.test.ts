import { describe, test } from 'node:test';

import { skipWithout } from '../support/agent-clis.ts';
import { playInRig } from '../support/real-scene.ts';
import { CLAUDE_SCENES } from '../support/scenes/claude-scenes.ts';

describe('real claude is told and left alone', { concurrency: 2, skip: skipWithout('claude') }, () => {
  for (const scene of CLAUDE_SCENES.filter(({ label }) => label !== 'dead'))
    test(`${scene.name}: ${scene.concludes ?? scene.reading}`, () => playInRig('claude', scene));
});
