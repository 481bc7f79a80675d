import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { backendOf } from '#backends/registry.ts';

import { AGENT_CLIS, installCli, type AgentCli } from '../test/support/agent-clis.ts';
import { SCENES } from '../test/support/scenes/other-scenes.ts';
import { captureScene } from '../test/support/scenes/play-scene.ts';
import type { Scene } from '../test/support/scenes/scene.ts';
import { summarizeReading } from '../test/support/screens.ts';

// Brings a real agent program into every state that there is a scene for, keeps what its screen shows, and tells what is
// read differently: `node scripts/capture-screens.ts claude [--version 2.1.197] [--write] [SCENE...]`.
// Without --write nothing is kept. Exit code 1: a state was not reached, or is read as something else.
const { values, positionals } = parseArgs({
  options: { version: { type: 'string' }, write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [wanted = '', ...names] = positionals;
const cli = (Object.keys(AGENT_CLIS) as AgentCli[]).find((each) => each === wanted);
if (cli === undefined) {
  console.error(`"${wanted}" is no agent program: expected one of ${Object.keys(AGENT_CLIS).join(', ')}`);
  process.exit(2);
}
const version = values.version ?? AGENT_CLIS[cli].version;
const found = installCli(cli, version);
if ('missing' in found) {
  console.error(found.missing);
  process.exit(1);
}
const folder = join(import.meta.dirname, '../test/fixtures/screens', `${cli}@${version}`);
for (const scene of SCENES[cli].filter(({ name }) => names.length === 0 || names.includes(name))) {
  console.log(await captured(cli, scene).catch(failed(scene)));
}

async function captured(name: AgentCli, scene: Scene): Promise<string> {
  const screen = await captureScene(name, scene, version);
  if (values.write) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${scene.name}.txt`), screen);
  }
  const reading = summarizeReading(backendOf(name).classify(screen, { waitMarker: 'WAITING-UNTIL:' }));
  if (reading === scene.reading) return `ok      ${scene.name}: ${reading}`;
  process.exitCode = 1;
  return `DIFFERS ${scene.name}: ${reading}, expected ${scene.reading}`;
}

function failed(scene: Scene): (error: unknown) => string {
  return (error) => {
    process.exitCode = 1;
    return `MISSED  ${scene.name}: ${error instanceof Error ? error.message : String(error)}`;
  };
}
