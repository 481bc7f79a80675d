import { parseArgs } from 'node:util';

import { sweepFolders } from '../demo/stage/folder.ts';
import { describeMachine } from './stage/machine.ts';
import { renderTable } from './stage/render-table.ts';
import type { Row } from './stage/stats.ts';

const ROUNDS = 40;
const CPU_MS = 60_000;

/** What can be measured, in the order in which it is. Each is loaded when it is wanted. */
const MEASURES: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  plan: async () => (await import('./measure/plan.ts')).measurePlan(ROUNDS),
  commands: async () => (await import('./measure/command-line.ts')).measureCommandLine(ROUNDS),
  heal: async () => (await import('./measure/heal.ts')).measureHeal(ROUNDS),
  handoff: async () => [
    ...(await (await import('./measure/handoff.ts')).measureHandoff(ROUNDS)),
    ...(await (await import('./measure/handoff-sources.ts')).measureHandoffSources(ROUNDS)),
  ],
  cpu: async () => (await import('./measure/cpu.ts')).measureCpu(CPU_MS),
  detect: async () => (await import('./measure/detect.ts')).measureDetect(ROUNDS / 2),
  machine: async () => (await import('./measure/machine.ts')).measureMachine(ROUNDS / 2),
  panes: async () => (await import('./measure/panes.ts')).measurePanes(),
  memory: async () => (await import('./measure/memory.ts')).measureMemory(),
};

const HELP = `Usage: npm run bench -- [--only NAME]... [--json]

Measures ccci on this machine: real tmux, real git, a real controller. All of it takes about twelve minutes.

  --only NAME  one of ${Object.keys(MEASURES).join(', ')}; may be given again
  --json       the numbers as JSON
`;

// What is measured is ended by the leash of its folder, however this ends.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => process.exit(130));
process.exit(await main());

async function main(): Promise<number> {
  const options = parse();
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  await sweepFolders();
  const machine = describeMachine();
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    process.stderr.write(`bench: ${name}\n`);
    rows.push(...(await measure()));
  }
  process.stdout.write(
    options.json ? `${JSON.stringify({ machine, rows }, undefined, 2)}\n` : `${machine}\n\n${renderTable(rows)}\n`,
  );
  return 0;
}

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const unknown = values.only.find((name) => MEASURES[name] === undefined);
    if (unknown !== undefined)
      throw new Error(`--only "${unknown}" must be one of ${Object.keys(MEASURES).join(', ')}`);
    return values;
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return undefined;
  }
}
