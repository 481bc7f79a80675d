import type { AgentObject } from '#api/agent.ts';

import type { AccountObservation, AgentRelations } from './observation.ts';
import type { ObjectSet } from './object-set.ts';

/** The agents that share an account. */
export function observeAccount(name: string, objects: ObjectSet): AccountObservation {
  return { kind: 'Account', agents: agentsOf(name, objects) };
}

/** What an agent's plan needs of the others that share its account, and of conversations that are open elsewhere. */
export function accountRelations(
  agent: AgentObject,
  objects: ObjectSet,
): Pick<AgentRelations, 'account' | 'accountRank' | 'isAccountUnreadable' | 'openConversations'> {
  const { account } = agent.spec.backend;
  const own = agent.spec.usageLimit.priority;
  const higher = agentsOf(account, objects)
    .map(({ spec }) => spec.usageLimit.priority)
    .filter((priority) => priority > own);
  const isUnreadable = objects.unreadable.includes(`Account/${account}`);
  const others = objects.all('Agent').filter(({ metadata }) => metadata.name !== agent.metadata.name);
  return {
    account: objects.find('Account', account),
    ...(isUnreadable ? { isAccountUnreadable: true } : {}),
    accountRank: new Set(higher).size,
    openConversations: others.flatMap(({ status }) =>
      status?.session === undefined || status.conversation === undefined ? [] : [status.conversation.id],
    ),
  };
}

function agentsOf(account: string, objects: ObjectSet): readonly AgentObject[] {
  return objects.all('Agent').filter(({ spec }) => spec.backend.account === account);
}
