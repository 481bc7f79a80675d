import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createProcessWatcher } from '#drivers/process/process-watcher.ts';
import { parseProcStat } from '#drivers/process/proc-stat.ts';
import { createProcesses } from '#drivers/process/real-process.ts';
import { processContract } from '../contract/process-contract.ts';
import { eventually } from '../support/eventually.ts';

let count = 0;

processContract('the processes of this machine', async () => {
  const children: ChildProcess[] = [];
  const rig = `ccci-test-${process.pid}-${(count += 1)}`;
  const run = (script: string, env: Readonly<Record<string, string>> = {}): ChildProcess => {
    const options = {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['pipe', 'pipe', 'ignore'] as ['pipe', 'pipe', 'ignore'],
    };
    const child = spawn('/bin/sh', ['-c', script], options);
    children.push(child);
    return child;
  };
  return {
    ...createProcesses(),
    watcher: (onGone) => createProcessWatcher({ onGone }),
    rig,
    start: async ({ env, ignoresHangup = false } = {}) => {
      const child = run(`${ignoresHangup ? "trap '' HUP; " : ''}echo ready; read -r _`, env);
      await firstLine(child);
      return child.pid ?? NaN;
    },
    startWithChild: async () => {
      const child = run('sleep 1000 & echo $!; trap "kill $!" TERM EXIT; read -r _');
      return { parent: child.pid ?? NaN, child: Number(await firstLine(child)) };
    },
    startBusy: async () => {
      const child = run('echo ready; while :; do :; done');
      await firstLine(child);
      return child.pid ?? NaN;
    },
    startZombie: async () => {
      // The shell becomes a program that never waits, while its child ends.
      const pid = Number(await firstLine(run('sleep 0.05 & echo $!; exec sleep 1000')));
      await eventually('it is a zombie', async () => {
        return parseProcStat(await readFile(`/proc/${pid}/stat`, 'latin1'))?.state === 'Z';
      });
      return pid;
    },
    eventually,
    end: async () => {
      await Promise.all(children.map(endChild));
    },
  };
});

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim())));
}

/** The end of its input ends a shell that reads, and its traps then end its own children. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), 100);
  await ended;
  clearTimeout(timer);
}
