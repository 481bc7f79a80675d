import type { BootRecord } from '#api/rig-boots.ts';
import type { RigObject } from '#api/rig.ts';
import { formatSpan, toIso } from '#api/time.ts';
import type { RigObservation } from '#observe/observation.ts';

import { doNow, settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { addReboot } from './rig/reboot-log.ts';

/** Records each boot of the host once. The first boot that is seen is no reboot: it is where the counting begins. */
export function planRig(object: RigObject, seen: RigObservation, moment: Moment): Plan {
  return { key: `Rig/${object.metadata.name}`, ...decide(object, seen, moment) };
}

function decide({ status }: RigObject, seen: RigObservation, { wallMs }: Moment): Decision {
  const { boot, log, logPath } = seen;
  const before = status?.boots?.id;
  if (boot.state !== 'known' || before === undefined || before === boot.value.id) return settled();
  if (log.state === 'unknown') return waitFor('FileUnreadable', `the reboot is not logged: ${log.message}`);
  const text = log.state === 'known' ? log.value : undefined;
  const record = recordOf(seen, boot.value, wallMs);
  const mark = `boot ${record.id.slice(0, 8)}`;
  const isThere = text?.includes(mark) === true;
  const said = describe(record);
  return doNow([
    {
      type: 'RecordBoot',
      reason: 'HostRebooted',
      message: `the host was started anew: ${said}`,
      blast: 'none',
      path: logPath,
      before: text,
      text: isThere ? text : addReboot(text, `${record.at.slice(0, 16).replace('T', ' ')} UTC, ${mark}: ${said}`),
      record,
    },
  ]);
}

function recordOf(
  { life, phases }: RigObservation,
  boot: { id: string; uptimeMs: number },
  wallMs: number,
): BootRecord {
  const at = toIso(wallMs - boot.uptimeMs);
  if (life === undefined) return { id: boot.id, at, phases: [...phases] };
  const awayMs = wallMs - life.seenAtMs;
  // A clock that was set back tells nothing about how long it was.
  const away = awayMs < 0 ? {} : { away: formatSpan(awayMs) };
  return { id: boot.id, at, ...away, clean: life.ended, phases: [...phases] };
}

function describe({ away, clean, phases }: BootRecord): string {
  const open = phases.length === 0 ? 'no open phase' : `phase ${phases.join(', ')}`;
  const how = clean === undefined ? 'not known how it ended' : clean ? 'clean' : 'not clean';
  return [away === undefined ? 'not known how long it was away' : `away ${away}`, how, open].join(', ');
}
