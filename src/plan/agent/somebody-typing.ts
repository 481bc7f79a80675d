import { waitFor, type Decision } from '../plan.ts';
import { ownPane, type AgentCase } from './agent-case.ts';

/** A person who has pressed no key for so long has gone, or only looks. */
const ACTIVE_MS = 30_000;
const LOOK_MS = 2000;

/** Waits while a person is attached to the session and types: nothing is pressed there that could mix with their keys. */
export function somebodyTyping(at: AgentCase): Decision | undefined {
  const client = (ownPane(at)?.pane.clients ?? []).find(
    ({ isReadOnly, activeAtMs }) => !isReadOnly && Math.abs(at.moment.wallMs - activeAtMs) < ACTIVE_MS,
  );
  if (client === undefined) return undefined;
  return waitFor('SomebodyTyping', `${client.name} is attached and typing`, { requeueAfterMs: LOOK_MS });
}
