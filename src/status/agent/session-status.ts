import type { AgentStatus } from '#api/agent.ts';
import type { CreateSession } from '#plan/action.ts';

import { doneOutcome, isoOf } from '../pass.ts';
import { alive, type AgentPass } from './agent-pass.ts';

/** The status without its launch. A session that was ended on purpose is no death: the next start is a first one. */
export function withoutLaunch(status: Partial<AgentStatus>): Partial<AgentStatus> {
  const { incarnation: _incarnation, launch: _launch, startedAt: _startedAt, ...kept } = status;
  return kept;
}

/** What a start that was done leaves behind. */
export function startedStatus(pass: AgentPass, action: CreateSession): Partial<AgentStatus> {
  return { incarnation: action.incarnation, launch: action.record, startedAt: isoOf(pass) };
}

/** What a session that was taken over says about itself. */
export function adoptedStatus(pass: AgentPass): Partial<AgentStatus> {
  const adopted = doneOutcome(pass, 'AdoptSession')?.action;
  if (adopted?.type !== 'AdoptSession') return {};
  const launch = parseLaunch(adopted.marks['launch']);
  return {
    incarnation: adopted.incarnation,
    ...(launch === undefined ? {} : { launch }),
    startedAt: pass.object.status?.startedAt ?? isoOf(pass),
  };
}

function parseLaunch(text: string | undefined): AgentStatus['launch'] {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as AgentStatus['launch'];
  } catch {
    return undefined;
  }
}

/** The agent's session by ids that do not change; nothing while none runs. */
export function sessionStatus(pass: AgentPass): Partial<AgentStatus> {
  const started = doneOutcome(pass, 'CreateSession');
  const { created, startTime } = started?.facts ?? {};
  if (created !== undefined) {
    const { sessionId: id, paneId, panePid, serverPid } = created;
    return {
      session: { name: pass.object.spec.session, id, paneId, panePid, serverPid, paneStartTime: startTime ?? 0 },
    };
  }
  const claim = alive(pass);
  if (claim === undefined || pass.seen.process.state !== 'known' || pass.seen.tmux.state !== 'known') return {};
  const { sessionName: name, sessionId: id, paneId, panePid } = claim.pane;
  return {
    session: {
      name,
      id,
      paneId,
      panePid,
      serverPid: pass.seen.tmux.value.serverPid,
      paneStartTime: pass.seen.process.value.startTime,
    },
  };
}
