import type { AnyObject } from '#api/kinds.ts';

import { observeAccount } from './account-relations.ts';
import { observeAgent } from './observe-agent.ts';
import { observeGate } from './observe-gate.ts';
import { observeNotifier } from './observe-notifier.ts';
import { observeRepository } from './observe-repository.ts';
import { observePhase, observeSequence } from './observe-phase.ts';
import { observeRig } from './observe-rig.ts';
import { observeVirtualMachine } from './observe-virtual-machine.ts';
import type { Observation } from './observation.ts';
import type { Look } from './readers.ts';

/** Looks at what one object stands for. Changes nothing; what can not be read is unknown, never absent. */
export async function observe(object: AnyObject, look: Look): Promise<Observation> {
  switch (object.kind) {
    case 'Agent':
      return observeAgent(object, look);
    case 'Repository':
      return observeRepository(object, look);
    case 'Gate':
      return observeGate(object, look);
    case 'Phase':
      return observePhase(object, look);
    case 'Account':
      return observeAccount(object.metadata.name, look.objects);
    case 'Sequence':
      return observeSequence(object, look.objects);
    case 'Notifier':
      return observeNotifier(object, look);
    case 'VirtualMachine':
      return observeVirtualMachine(object, look);
    case 'Rig':
      return observeRig(look);
    default:
      return { kind: object.kind };
  }
}
