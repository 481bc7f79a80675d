import { isPoweredOn } from '#api/instance-power.ts';
import { toIso } from '#api/time.ts';

import { doNow, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { instanceOf, type MachineCase } from './machine-case.ts';
import { openRecreate } from './recreate.ts';

/** What tells one disk of the machine from the next: its note, or without preconditions the identity of the instance. */
export function diskId(at: Pick<MachineCase, 'machine' | 'seen'>): string | undefined {
  const { spec, status } = at.machine;
  const seen = at.seen.disk.state === 'known' ? at.seen.disk.value : status?.disk;
  if (spec.preconditions.length > 0) return seen;
  return at.seen.instance.state === 'known' ? at.seen.instance.value.config['volatile.uuid'] : undefined;
}

/** Tells the agents that depend on the machine that its disk is another one, once everything is in place on it. */
export function tellAgents(at: MachineCase): Decision | undefined {
  const id = diskId(at);
  const told = at.machine.status?.toldDisk;
  const isUp = isPoweredOn(instanceOf(at)?.status);
  if (!isUp || id === undefined || told === undefined || told === id || openRecreate(at) !== undefined)
    return undefined;
  const { name } = at.machine.metadata;
  const why = { reason: 'DiskNew', message: 'its disk is another one than before', blast: 'live' } as const;
  const actions = at.seen.related.agents.map((agent) => ({
    type: 'CreateDelivery' as const,
    ...why,
    name: `vm-${name.slice(0, 40).replace(/-+$/, '')}-${shortHash(`${id}/${agent}`)}`,
    spec: {
      agentRef: { name: agent },
      nonce: shortHash(`${name}/${id}/${agent}`),
      cause: { kind: 'Notice' as const },
      text: `Virtual machine "${name}" has a new disk: what was set up in it is gone. Set it up again before you go on.`,
      createdAt: toIso(at.moment.wallMs),
    },
  }));
  return actions.length === 0 ? undefined : doNow(actions, 50);
}
