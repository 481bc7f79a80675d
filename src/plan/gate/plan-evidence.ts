import { compact } from '#api/compact.ts';
import { parseDurationMs } from '#api/quantity.ts';

import type { Action } from '../action.ts';
import type { ScopeState } from '../derive-gate.ts';
import type { GateCase } from '../gate-delivery.ts';
import type { Decision } from '../plan.ts';
import type { GateReading } from './read-gate.ts';

/** How often a run is looked at, in ms. */
const LOOK_MS = 1000;
/** How many ended runs of a gate are kept, with what they printed. */
const KEEP_RUNS = 20;

/** Variables that the command gets; nothing of the controller's own is among them. */
const ALLOWED = ['PATH', 'LANG', 'TZ', 'USER', 'LOGNAME', 'SHELL'];

/** Runs the gate's own command for the claims that need it, one at a time, and ends the run of a claim that nobody asks for any more. */
export function planEvidence(at: GateCase, { scopes, carried }: GateReading): Omit<Decision, 'waiting'> {
  const { gate, seen } = at;
  if (gate.spec.evidence === undefined || seen.evidence.state !== 'known') return { actions: [] };
  const asked = [...scopes, ...carried].filter(({ evidence }) => evidence !== undefined);
  const wanted = new Set(asked.map(({ evidence }) => evidence?.run));
  const running = Object.entries(seen.evidence.value).filter(([, { state }]) => state === 'Running');
  const obsolete = running.filter(([run]) => !wanted.has(run));
  const next = asked.find(({ evidence }) => evidence?.state === 'Wanted');
  const actions = [
    ...obsolete.map(([run]) => stop(at, run)),
    ...(running.length === 0 && next !== undefined
      ? [
          start(
            at,
            next,
            [...wanted].flatMap((run) => run ?? []),
          ),
        ]
      : []),
  ];
  const isBusy = running.length > 0 || next !== undefined;
  return { actions, requeueAfterMs: isBusy ? LOOK_MS : undefined };
}

function stop({ gate, seen }: GateCase, run: string): Action {
  const message = `a newer claim took the place of ${run.slice(0, 12)}`;
  const folder = `${rootOf(seen.rig.stateDir, gate.metadata.name)}/${run}`;
  return { type: 'StopEvidence', reason: 'EvidenceObsolete', message, blast: 'none', folder };
}

function start({ gate, seen }: GateCase, scope: ScopeState, keep: readonly string[]): Action {
  const { command = [], timeout = '', runAs } = gate.spec.evidence ?? {};
  const { run = '', attempts = 0 } = scope.evidence ?? {};
  const sha = scope.claim?.sha ?? '';
  const root = rootOf(seen.rig.stateDir, gate.metadata.name);
  const again = attempts === 0 ? '' : `, attempt ${String(attempts + 1)}`;
  const request = { folder: `${root}/${run}`, attempt: attempts + 1, sha, argv: command, ...compact({ runAs }) };
  const mirror = `${seen.rig.stateDir}/mirrors/${gate.spec.repositoryRef.name}.git`;
  return {
    type: 'RunEvidence',
    reason: 'EvidenceWanted',
    message: `claim ${sha.slice(0, 12)} is to be shown by ${JSON.stringify(command.join(' '))}${again}`,
    blast: 'none',
    request: { ...request, mirror, timeoutMs: parseDurationMs(timeout), environment: environment(seen.rig) },
    root,
    most: KEEP_RUNS,
    keep,
  };
}

function rootOf(stateDir: string, gate: string): string {
  return `${stateDir}/evidence/${gate}`;
}

function environment(rig: GateCase['seen']['rig']): Record<string, string> {
  const allowed = Object.entries(rig.environment).filter(([name]) => ALLOWED.includes(name) || name.startsWith('LC_'));
  return { ...Object.fromEntries(allowed), TERM: 'dumb' };
}
