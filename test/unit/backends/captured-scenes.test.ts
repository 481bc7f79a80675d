import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { backendOf } from '#backends/registry.ts';
import { COVERED_VERSIONS } from '#backends/covered-versions.ts';

import { AGENT_CLIS, type AgentCli } from '../../support/agent-clis.ts';
import { SCENES } from '../../support/scenes/other-scenes.ts';
import { summarizeReading } from '../../support/screens.ts';

const FOLDER = new URL('../../fixtures/screens/', import.meta.url);
const CLIS = Object.keys(AGENT_CLIS) as AgentCli[];

describe('captures of scenes', () => {
  for (const cli of CLIS) {
    test(`there is one for every scene of ${cli} in the version that is covered`, () => {
      const { version } = AGENT_CLIS[cli];
      assert.equal(version, COVERED_VERSIONS[cli], 'correct test/support/agent-clis.ts');
      const files = readdirSync(new URL(`${cli}@${version}/`, FOLDER)).map((file) => file.replace(/\.txt$/, ''));
      const names = SCENES[cli].map(({ name }) => name);
      assert.deepEqual(files.sort(), names.toSorted(), `run "node scripts/capture-screens.ts ${cli} --write"`);
    });
  }

  for (const folder of readdirSync(FOLDER).filter((name) => name.includes('@'))) {
    const cli = CLIS.find((each) => folder.startsWith(`${each}@`)) ?? 'claude';
    for (const { name, reading } of SCENES[cli])
      test(`${folder} reads ${name} as ${reading}`, () => {
        const screen = readFileSync(new URL(`${folder}/${name}.txt`, FOLDER), 'utf8');
        const read = backendOf(cli).classify(screen, { waitMarker: 'WAITING-UNTIL:' });
        assert.equal(summarizeReading(read), reading);
      });
  }
});
