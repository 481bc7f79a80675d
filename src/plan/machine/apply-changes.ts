import type { InstanceUpdate, InstanceView } from '#drivers/incus/incus.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { allDifferences, differences, type Difference } from './differences.ts';
import { change, instanceOf, POLL_MS, retryInMs, type MachineCase } from './machine-case.ts';
import { waitForMemory } from './memory-cap.ts';

/** Marks an instance that is taken over. Nothing else about it changes: what differs then is left until the manifest says otherwise. */
export function adopt(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  const { machine, seen } = at;
  if (instance === undefined) return undefined;
  const marks = { 'user.ccci.rig': seen.rig.id, 'user.ccci.name': machine.metadata.name };
  if (Object.entries(marks).every(([key, value]) => instance.config[key] === value)) return undefined;
  const { etag, description, name } = instance;
  const why = { reason: 'Adopted', message: `instance "${name}" is taken over as it is`, blast: 'none' } as const;
  const update = { etag, description, config: marks, devices: {} };
  const adopted = {
    generation: machine.metadata.generation ?? 0,
    fields: allDifferences(at).map(({ field }) => field),
  };
  return doNow(
    [{ type: 'UpdateInstance', ...why, project: machine.spec.project, name, update, fields: [], adopted }],
    50,
  );
}

/**
 * Brings the configuration of the instance to what its manifest says: at once where that disturbs nothing, else at an
 * allowed moment with a restart. What only a recreate could change is left to the repair ladder's rules.
 */
export function applyChanges(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  const open = differences(at).filter(({ sort }) => sort !== 'recreate');
  if (instance === undefined || open.length === 0) return undefined;
  if (at.machine.status?.refusedChange === changeHash(open)) return refused(at, open);
  if (retryInMs(at) > 0) return undefined;
  const live = instance.status === 'Stopped' ? open : open.filter(({ sort }) => sort === 'live');
  const grows = live.some(({ field }) => field === 'limits.memory');
  if (live.length > 0) return (grows ? waitForMemory(at) : undefined) ?? update(at, instance, live);
  return restartForChange(at, instance, open);
}

/** Identity of a change, by what it changes to what. */
export function changeHash(changes: readonly Difference[]): string {
  return shortHash(changes.map(({ field, wanted }) => `${field}=${wanted ?? ''}`).join('\n'));
}

function refused(at: MachineCase, open: readonly Difference[]): Decision {
  const fields = open.map(({ field }) => field).join(', ');
  const why = at.machine.status?.retryMessage ?? 'no reason';
  return waitFor('ChangeRefused', `the server refused to change ${fields} (${why}); correct the manifest`, {
    needsPerson: true,
    requeueAfterMs: POLL_MS,
  });
}

function update(at: MachineCase, instance: InstanceView, changes: readonly Difference[]): Decision {
  const fields = changes.map(({ field }) => field);
  const message = `instance "${instance.name}" differs in ${fields.join(', ')}`;
  const why = { reason: 'InstanceDrifted', message, blast: 'live' } as const;
  const { project } = at.machine.spec;
  return doNow(
    [{ type: 'UpdateInstance', ...why, project, name: instance.name, update: updateOf(at, instance, changes), fields }],
    50,
  );
}

function updateOf(at: MachineCase, instance: InstanceView, changes: readonly Difference[]): InstanceUpdate {
  const { etag, description } = instance;
  const keys = changes.filter(({ field }) => !field.startsWith('devices.'));
  const names = new Set(changes.flatMap(({ field }) => /^devices\.([^.]+)\./.exec(field)?.[1] ?? []));
  return {
    etag,
    description,
    config: Object.fromEntries(keys.map(({ field, wanted }) => [field, wanted ?? null])),
    devices: Object.fromEntries(
      [...names].map((name) => [name, { ...instance.devices[name], ...at.machine.spec.devices[name] }]),
    ),
  };
}

function restartForChange(at: MachineCase, instance: InstanceView, open: readonly Difference[]): Decision {
  const fields = open.map(({ field }) => field).join(', ');
  const message = `${fields} can only be changed with a restart`;
  const { busyAgents } = at.seen.related;
  if (at.machine.spec.disruption === 'WhenIdle' && busyAgents.length > 0)
    return waitFor('ChangeNeedsRestart', `${message}; waits until ${busyAgents.join(', ')} is between turns`, {
      requeueAfterMs: 5000,
    });
  const memory = open.some(({ field }) => field === 'limits.memory') ? waitForMemory(at) : undefined;
  if (memory !== undefined) return memory;
  // A frozen guest hears nothing.
  const force = instance.status === 'Frozen';
  return change(at, { action: 'stop', reason: 'ChangeNeedsRestart', message, blast: 'restart VM', force });
}
