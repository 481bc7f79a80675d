import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import { probeTally, type ProbeTally } from '../probe-tally.ts';

type Sight = { readonly machine: VirtualMachineObject; readonly seen: VirtualMachineObservation };

/** Results of this pass folded into the counters that status keeps. */
export function tallies(at: Sight): readonly ProbeTally[] {
  return at.machine.spec.probes.map((probe) => {
    const before = at.machine.status?.probes.find((one) => one.name === probe.name);
    return probeTally(probe, before, at.seen.probes[probe.name]);
  });
}

/** True while a probe fails as often as its threshold. */
export function isFailing(at: Sight): boolean {
  return tallies(at).some((tally) => tally.isFailing);
}
