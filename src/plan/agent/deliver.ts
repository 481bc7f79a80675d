import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';

import { isExpired } from '../plan-delivery.ts';
import { doNow, waitFor, type Decision } from '../plan.ts';
import { incarnationOf, ownPane, targetOf, type AgentCase } from './agent-case.ts';
import { composeMessage } from './message.ts';

/** How long a typed message may go unaccepted before it is tried again. */
const RETRY_MS = 5000;

/** Types what is due into the session: one message, only into an input that is open and empty. */
export function deliver(at: AgentCase): Decision | undefined {
  const own = ownPane(at);
  const due = dueDeliveries(at);
  if (own === undefined || due.length === 0) return undefined;
  const blocked = blockedBy(at);
  if (blocked !== undefined) return blocked;
  const open = openTyping(at);
  const nonce = open ?? at.moment.id;
  const message = `${String(due.length)} ${due.length === 1 ? 'message' : 'messages'} for it: ${due.map((delivery) => delivery.metadata.name).join(', ')}`;
  return doNow(
    [
      {
        type: 'TypeMessage',
        reason: 'DeliveryDue',
        message,
        blast: 'live',
        target: targetOf(own),
        incarnation: incarnationOf(at) ?? '',
        nonce,
        text: composeMessage(due, nonce),
        backend: at.agent.spec.backend.type,
        waitMarker: at.agent.spec.liveness.waitMarker,
        isPasted: open !== undefined,
        deliveries: due.map((delivery) => delivery.metadata.name),
      },
    ],
    RETRY_MS,
  );
}

function dueDeliveries(at: AgentCase) {
  return at.seen.related.deliveries.filter(
    (delivery) => delivery.status?.takenAt === undefined && !isExpired(delivery, at.moment),
  );
}

function blockedBy(at: AgentCase): Decision | undefined {
  const state = at.seen.screenState;
  const attach = `look at it with "ccci attach ${at.agent.metadata.name}"`;
  const again = { requeueAfterMs: 2000 };
  if (state === undefined) return waitFor('ScreenUnknown', 'waits until the screen can be read', again);
  if (state.state === 'Starting' || isFresh(at))
    return waitFor('Starting', 'waits until it has started', { requeueAfterMs: 500 });
  if (state.box === 'Draft' && !isOurDraft(at))
    return waitFor('SomebodyTyping', `somebody is typing into its input; the message waits`, again);
  if (state.box === 'Empty' || state.box === 'Draft') return undefined;
  if (state.state === 'AwaitingInput')
    return waitFor('AwaitingInput', `a dialog is open (${state.dialog ?? 'unknown'}); ${attach}`, {
      needsPerson: true,
      ...again,
    });
  return waitFor('NoInput', `its screen shows no empty input; ${attach}`, again);
}

// Right after a launch the input is open and empty until the program has taken its prompt: a ping would go first.
function isFresh(at: AgentCase): boolean {
  const startedMs = fromIso(at.agent.status?.startedAt);
  const isYoung =
    startedMs !== undefined && at.moment.wallMs < startedMs + parseDurationMs(at.agent.spec.startup.timeout);
  return isYoung && at.seen.screenState?.cause === 'Fresh';
}

function isOurDraft(at: AgentCase): boolean {
  const nonce = openTyping(at);
  return nonce !== undefined && (at.seen.screenState?.draft ?? '').includes(nonce);
}

function openTyping(at: AgentCase): string | undefined {
  return at.seen.nonceShown === true ? at.agent.status?.operation?.id : undefined;
}
