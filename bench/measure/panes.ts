import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { AgentObject } from '#api/agent.ts';
import { decodeObject } from '#api/decode.ts';
import { ScreenChanges } from '#controller/screen-changes.ts';
import { createTmux } from '#drivers/tmux/real-tmux.ts';

import { makeFolder } from '../../demo/stage/folder.ts';
import { placesIn } from '../../demo/stage/prepare.ts';
import { cpuMs } from '../stage/process-cost.ts';
import type { Row } from '../stage/stats.ts';

const PANES = 200;
const ROUNDS = 20;
const PERIOD_MS = 1000;
const SCREEN = join(import.meta.dirname, '../../test/fixtures/screens/claude/idle-first-turn-after-onboarding.txt');

/** What it costs to follow the screens of a large crew, as the controller does once a second: tmux calls and CPU. */
export async function measurePanes(): Promise<readonly Row[]> {
  const folder = makeFolder();
  const { tmuxSocket } = placesIn(folder.path);
  const run = async (...args: readonly string[]) =>
    (await promisify(execFile)('tmux', ['-S', tmuxSocket, '-f', '/dev/null', ...args])).stdout;
  try {
    const agents: AgentObject[] = [];
    for (let index = 0; index < PANES; index += 1) {
      const size = ['-x', '200', '-y', '50'];
      const print = ['-P', '-F', '#{session_id} #{pane_id} #{pane_pid}'];
      const program = ['/bin/sh', '-c', 'cat "$0"; exec sleep 100000', SCREEN];
      const [id = '', paneId = '', pid = ''] = (
        await run('new-session', '-d', '-s', `bench-${index}`, ...size, ...print, ...program)
      )
        .trim()
        .split(' ');
      agents.push(agentOf(`bench-${index}`, { id, paneId, panePid: Number(pid) }));
    }
    const serverPid = Number(await run('display-message', '-p', '#{pid}'));
    return await follow(agents, { folder: folder.path, tmuxSocket, serverPid });
  } finally {
    await run('kill-server').catch(() => '');
    await folder.remove();
  }
}

type Place = { readonly folder: string; readonly tmuxSocket: string; readonly serverPid: number };

async function follow(
  agents: readonly AgentObject[],
  { folder, tmuxSocket, serverPid }: Place,
): Promise<readonly Row[]> {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const environment = { PATH: countedPath(folder, calls), HOME: folder, TERM: 'screen-256color' };
  const { reader } = createTmux({ socket: { path: tmuxSocket }, configFile: '/dev/null', environment });
  const changes = new ScreenChanges(reader);
  await changes.look(agents);
  const before = { own: process.cpuUsage(), server: cpuMs(serverPid), calls: readFileSync(calls).length };
  const startedMs = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    const roundMs = performance.now();
    await changes.look(agents);
    await sleep(Math.max(0, PERIOD_MS - (performance.now() - roundMs)));
  }
  const wallMs = performance.now() - startedMs;
  const own = process.cpuUsage(before.own);
  const perSecond = ((readFileSync(calls).length - before.calls) / wallMs) * 1000;
  const remark = `${PANES} panes, once a second, ${ROUNDS} rounds`;
  const percent = (usedMs: number) => (usedMs / wallMs) * 100;
  const row = { samples: ROUNDS, remark };
  return [
    { ...row, name: 'tmux calls per second', unit: 'x', median: perSecond, goal: { median: 4 } },
    {
      ...row,
      name: 'CPU of the controller',
      unit: '%',
      median: percent((own.user + own.system) / 1000),
      goal: { median: 15 },
    },
    {
      ...row,
      name: 'CPU of the tmux server',
      unit: '%',
      median: percent(cpuMs(serverPid) - before.server),
      goal: { median: 15 },
    },
  ];
}

// A tmux before the real one on the PATH that leaves one byte per call.
function countedPath(folder: string, calls: string): string {
  const path = process.env['PATH'] ?? '';
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/tmux'), `#!/bin/sh\nprintf x >>'${calls}'\nPATH='${path}'\nexec tmux "$@"\n`, {
    mode: 0o700,
  });
  return `${folder}/bin:${path}`;
}

function agentOf(name: string, session: object): AgentObject {
  const decoded = decodeObject({
    apiVersion: 'ccci.dev/v1alpha1',
    kind: 'Agent',
    metadata: { name, generation: 1 },
    spec: { mode: 'Loop', workdir: '/work', backend: { type: 'claude' }, prompt: { inline: 'Begin.' } },
    status: { conditions: [], session: { name, paneStartTime: 1, serverPid: 1, ...session } },
  });
  if ('unreadable' in decoded || decoded.object.kind !== 'Agent') throw new Error(`could not make agent "${name}"`);
  return decoded.object;
}
