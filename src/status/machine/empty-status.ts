import type { VirtualMachineStatus } from '#api/virtual-machine.ts';

/** The status of a machine that nobody has looked at yet. */
export const EMPTY: VirtualMachineStatus = {
  conditions: [],
  probes: [],
  softRestarts: [],
  recreates: [],
  preconditions: [],
  backups: [],
};
