import { createHash } from 'node:crypto';

/** The identity of the rig whose state is in this folder. */
export function rigIdOf(stateDir: string): string {
  return createHash('sha256').update(stateDir).digest('hex').slice(0, 12);
}
