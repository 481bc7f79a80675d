import { compact } from '#api/compact.ts';
import type { GateObject, GateStatus } from '#api/gate.ts';
import { gateWindow } from '#api/gate-window.ts';
import type { GateObservation } from '#observe/observation.ts';
import { clearCommit } from '#plan/derive-gate.ts';
import { guardOf } from '#plan/gate/guard.ts';
import { readGate, type GateReading } from '#plan/gate/read-gate.ts';

import { gateChanges, gateReadiness } from './gate-conditions.ts';
import { foreignStatus, scopeStatus } from './gate-scopes.ts';
import { conditionsOf, type Pass } from './pass.ts';

type GatePass = Pass<GateObject, GateObservation>;

/** The status of a gate: where each scope stands, and how it is told whose commit it is. */
export function summarizeGate(pass: GatePass): GateStatus {
  const { object, seen } = pass;
  const {
    windowCommit: _window,
    observedCommit: _commit,
    clearCommit: _clear,
    carried,
    foreign,
    ...kept
  } = object.status ?? { conditions: [], scopes: [] };
  const reading = readGate(object, seen);
  return {
    ...kept,
    observedGeneration: object.metadata.generation,
    guard: guardOf(object, seen).guard,
    ...(reading === undefined ? compact({ carried, foreign }) : readingStatus(pass, reading)),
    ...commitStatus(pass, reading),
    conditions: [...conditionsOf(pass, gateReadiness(pass, reading), gateChanges(pass, reading))],
  };
}

function readingStatus(pass: GatePass, { scopes, carried, foreign }: GateReading): Partial<GateStatus> {
  return compact({
    scopes: scopes.map((scope) => scopeStatus(pass, scope)),
    carried: carried.length === 0 ? undefined : carried.map((scope) => scopeStatus(pass, scope)),
    foreign: foreign.length === 0 ? undefined : foreignStatus(foreign),
  });
}

// Scopes, window and commits belong together: phases compare them before they believe the scopes.
function commitStatus({ object, seen }: GatePass, reading: GateReading | undefined): Partial<GateStatus> {
  const { status } = object;
  const commit = seen.repository?.status?.commit;
  const kept = { observedCommit: status?.observedCommit, windowCommit: status?.windowCommit };
  const firstSeenCommit = status?.firstSeenCommit ?? commit;
  if (reading === undefined || seen.commits.state !== 'known') return compact({ ...kept, firstSeenCommit });
  const windowCommit = gateWindow(seen.sequence);
  const clear = clearCommit(seen.commits.value, object.spec, reading.counts);
  return compact({ firstSeenCommit, observedCommit: commit, windowCommit, clearCommit: clear });
}
