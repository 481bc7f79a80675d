import type { DeliveryObject } from '#api/delivery.ts';
import { toIso } from '#api/time.ts';

import type { Action } from '../action.ts';
import { doNow, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import type { AgentCase } from './agent-case.ts';

/**
 * Tells the agent of each version of its inbox file once, and lets the message go when the file is gone: then it was read.
 * A version that another one replaced is no matter any more.
 */
export function inbox(at: AgentCase): Decision | undefined {
  const { inbox: file, related } = at.seen;
  if (file === undefined || file.state === 'unknown') return undefined;
  const blob = file.state === 'known' ? file.value : undefined;
  const open = related.deliveries.filter(({ spec }) => spec.cause.kind === 'Inbox');
  const isTold = open.some(({ spec }) => spec.cause.blob === blob);
  const over = open.filter(({ spec }) => spec.cause.blob !== blob);
  const actions = [...over.map(settle), ...(blob === undefined || isTold ? [] : [create(at, blob)])];
  return actions.length === 0 ? undefined : doNow(actions, 50);
}

function settle({ metadata }: DeliveryObject): Action {
  const why = {
    reason: 'DeliverySettled',
    message: 'the inbox was read, or has another content now',
    blast: 'none',
  } as const;
  return { type: 'SettleDelivery', ...why, name: metadata.name };
}

// The name stands for agent, content and the look at which it was found: the same text that comes again later is news,
// also when the branch is set back to a commit at which it was told before.
function create(at: AgentCase, blob: string): Action {
  const { agent, seen, moment } = at;
  const { name } = agent.metadata;
  const path = agent.spec.inbox ?? '';
  const { commit: sha = '', fetchedAt = '' } = seen.related.repository?.status ?? {};
  const why = { reason: 'InboxPinged', message: `"${path}" has a message for it`, blast: 'none' } as const;
  return {
    type: 'CreateDelivery',
    ...why,
    name: `inbox-${name.slice(0, 24).replace(/-+$/, '')}-${blob.slice(0, 12)}-${shortHash(`${name}/${path}/${sha}/${fetchedAt}`)}`,
    spec: {
      agentRef: { name },
      nonce: blob.slice(0, 12),
      cause: { kind: 'Inbox', sha, blob },
      text: `${path} at commit ${sha.slice(0, 12)} is a message for you. Pull, read it, act on it, then delete the file, commit and push.`,
      createdAt: toIso(moment.wallMs),
    },
  };
}
