import { kill } from 'node:process';
import { errorCode } from './read-small-file.ts';

/** True when a process with this pid exists, also when it belongs to somebody else. */
export function isAlive(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
