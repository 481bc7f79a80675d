import { execFileSync } from 'node:child_process';

import type { View } from './follow.ts';
import type { Places } from './prepare.ts';
import { signal, startTimeOf } from './proc.ts';

/** Something that the demo breaks on purpose. */
export type Incident = {
  readonly name: 'Killed' | 'Wedged';
  readonly agent: string;
  readonly says: string;
  /** The process that it happened to, with its start time. */
  readonly pid: number;
  readonly startTime: string;
  readonly atMs: number;
};

/** Breaks each thing once, when its moment has come; answers what was broken with this look. */
export type Saboteur = (view: View) => Incident | undefined;

/** The Builder's session is killed in phase 1 before it has claimed; the Adversary hangs in phase 3 in the middle of a verification. */
export function createSaboteur(places: Places): Saboteur {
  const done = new Set<string>();
  return (view) => {
    if (!done.has('Killed') && view.commits.some(({ subject }) => subject.startsWith('feat(hello)'))) {
      const incident = kill(view, places);
      if (incident !== undefined) done.add('Killed');
      return incident;
    }
    if (!done.has('Wedged') && isVerifyingInPhase(view, '3')) {
      const incident = wedge(view);
      if (incident !== undefined) done.add('Wedged');
      return incident;
    }
    return undefined;
  };
}

function kill(view: View, { tmuxSocket }: Places): Incident | undefined {
  const target = processOf(view, 'builder');
  if (target === undefined) return undefined;
  execFileSync('tmux', ['-S', tmuxSocket, 'kill-session', '-t', target.session], { stdio: 'ignore' });
  return { name: 'Killed', agent: 'builder', says: 'kills the session of the builder in mid-work', ...target };
}

function wedge(view: View): Incident | undefined {
  const target = processOf(view, 'adversary');
  if (target === undefined) return undefined;
  signal(target.pid, 'SIGUSR2');
  return {
    name: 'Wedged',
    agent: 'adversary',
    says: 'makes the adversary hang in the middle of a verification',
    ...target,
  };
}

function isVerifyingInPhase({ notes }: View, phase: string): boolean {
  const started = notes.findLast(({ agent, what }) => agent === 'adversary' && what === 'started');
  const last = notes.findLast(({ agent }) => agent === 'adversary');
  return started?.phase === phase && last?.what === 'verifying';
}

function processOf({ objects }: View, agent: string) {
  const session = objects.find('Agent', agent)?.status?.session;
  const startTime = session === undefined ? undefined : startTimeOf(session.panePid);
  if (session === undefined || startTime === undefined) return undefined;
  return { session: session.id, pid: session.panePid, startTime, atMs: Date.now() };
}
