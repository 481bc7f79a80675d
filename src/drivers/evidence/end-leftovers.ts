import { readdirSync, readFileSync } from 'node:fs';
import { kill, pid as own } from 'node:process';

/** Kills every process of this user that was started with this HOME or one below it: what a command has left behind, wherever it went. */
export function endLeftovers(home: string): void {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === own || !hasHome(pid, home)) continue;
    try {
      kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

function hasHome(pid: number, home: string): boolean {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return entries.some((entry) => entry === `HOME=${home}` || entry.startsWith(`HOME=${home}/`));
  } catch {
    // Another user's process, or one that has ended.
    return false;
  }
}
