import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { globalFlags } from '../../demo/stage/ccci.ts';
import { startRig } from '../stage/rig.ts';
import { quantile, type Row } from '../stage/stats.ts';

const run = promisify(execFile);
const CCCI = join(import.meta.dirname, '../../bin/ccci');

type Command = { readonly name: string; readonly goal?: number; readonly argv: readonly string[] };

/** How long commands take beside a bare Node, run in turn on one rig with a controller; the compile cache is warm. */
export async function measureCommandLine(rounds: number): Promise<readonly Row[]> {
  const rig = await startRig({ agents: ['a', 'b', 'c', 'd', 'e'], gate: true });
  const flags = globalFlags(rig.places);
  const commands: readonly Command[] = [
    { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
    { name: 'ccci version', goal: 2, argv: [CCCI, 'version'] },
    { name: 'ccci status', goal: 4, argv: [CCCI, 'status', ...flags] },
    { name: 'ccci diff -f, no changes', goal: 6, argv: [CCCI, 'diff', '-f', rig.places.manifests, ...flags] },
  ];
  try {
    const cache = join(rig.places.folder, 'compile-cache');
    const environment = { ...process.env, CCCI_NODE: process.execPath, NODE_COMPILE_CACHE: cache };
    const times = commands.map((): number[] => []);
    for (let round = -3; round < rounds; round += 1) {
      const took = await timeEach(commands, environment);
      if (round >= 0) took.forEach((tookMs, at) => times[at]?.push(tookMs));
    }
    return rowsOf(commands, times);
  } finally {
    await rig.end();
  }
}

async function timeEach(commands: readonly Command[], env: NodeJS.ProcessEnv): Promise<readonly number[]> {
  const took: number[] = [];
  for (const { argv } of commands) took.push(await time(argv, env));
  return took;
}

async function time([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startedMs = performance.now();
  await run(program, args, { env });
  return performance.now() - startedMs;
}

function rowsOf(commands: readonly Command[], times: readonly (readonly number[])[]): readonly Row[] {
  const bare = quantile(times[0] ?? [], 0.5);
  return commands.map(({ name, goal }, at): Row => {
    const all = times[at] ?? [];
    const [median, p95] = [quantile(all, 0.5), quantile(all, 0.95)];
    if (goal === undefined)
      return { name, unit: 'ms', median, p95, samples: all.length, remark: 'the measure for the next' };
    const remark = `${median.toFixed(0)} ms`;
    return {
      name,
      unit: 'x',
      median: median / bare,
      p95: p95 / bare,
      samples: all.length,
      goal: { median: goal },
      remark,
    };
  });
}
