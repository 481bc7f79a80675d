import { createWorld } from '#controller/world.ts';
import '#controller/run-controller.ts';

import { memoryMb } from './stage/process-cost.ts';

// Run by the benchmark of memory: looks at tmux that often through the controller's own driver, then says how large it is.
const [stateDir = '', tmuxSocket = '', children = '0'] = process.argv.slice(2);
const world = createWorld({ stateDir, workspace: stateDir, tmuxSocket, environment: process.env, uid: 0 });
for (let count = 0; count < Number(children); count += 1) {
  const view = await world.tools.readers.tmux.view();
  if (view.state !== 'known') throw new Error('could not look at tmux: expected an answer from its server');
}
process.stdout.write(`${JSON.stringify(memoryMb('self'))}\n`);
await world.close();
