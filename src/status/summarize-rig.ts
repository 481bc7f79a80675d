import type { Condition } from '#api/condition.ts';
import { MAX_BOOTS, type BootHistory } from '#api/rig-boots.ts';
import type { RigObject } from '#api/rig.ts';
import type { RigObservation } from '#observe/observation.ts';
import { countReboots } from '#plan/rig/reboot-log.ts';

import { conditionsOf, doneOutcome, unsettledReadiness, type Pass } from './pass.ts';

type RigRecord = { readonly conditions: readonly Condition[] } & Readonly<Record<string, unknown>>;

/** The status of the rig: its readiness, and the boots of its host. */
export function summarizeRig(pass: Pass<RigObject, RigObservation>): RigRecord {
  const boots = bootsOf(pass);
  const isDone = doneOutcome(pass, 'RecordBoot') !== undefined;
  const ready = { ready: 'True', progress: 'Settled', reason: 'Ready', message: '' } as const;
  return {
    ...pass.object.status,
    observedGeneration: pass.object.metadata.generation,
    conditions: conditionsOf(pass, isDone ? ready : (unsettledReadiness(pass) ?? ready), []),
    ...(boots === undefined ? {} : { boots }),
  };
}

function bootsOf(pass: Pass<RigObject, RigObservation>): BootHistory | undefined {
  const { object, seen } = pass;
  const before = object.status?.boots;
  const { boot, log } = seen;
  const done = doneOutcome(pass, 'RecordBoot')?.action;
  if (done?.type === 'RecordBoot')
    return {
      ...before,
      id: done.record.id,
      count: countReboots(done.text),
      recent: [...(before?.recent ?? []), done.record].slice(-MAX_BOOTS),
    };
  if (before !== undefined || boot.state !== 'known' || log.state === 'unknown') return before;
  return { id: boot.value.id, count: log.state === 'known' ? countReboots(log.value) : 0, recent: [] };
}
