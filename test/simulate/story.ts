import { parseArgs } from 'node:util';

import { runSeed } from './run-seed.ts';

// Prints one run: node test/simulate/story.ts --seed 123
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const { story, violation, virtualMs, events, lives } = await runSeed(Number(values.seed));
const end = violation === undefined ? 'no rule was broken' : `broken: ${violation}`;
const size = `${String(Math.round(virtualMs / 1000))} s of virtual time, ${String(events)} events, ${String(lives)} lives`;
process.stdout.write(`${story.join('\n')}\nseed ${values.seed}: ${end}; ${size}\n`);
