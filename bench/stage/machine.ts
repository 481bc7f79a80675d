import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** The machine and the versions that the numbers belong to, in one line. */
export function describeMachine(): string {
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
  const [load = 0] = loadavg();
  return [
    cores,
    `node ${process.version}`,
    versionOf('tmux', '-V'),
    versionOf('git', '--version'),
    `load ${load.toFixed(1)} before`,
  ].join(', ');
}

function versionOf(program: string, flag: string): string {
  return execFileSync(program, [flag], { encoding: 'utf8' }).trim().replace('git version', 'git');
}
