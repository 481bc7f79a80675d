import type { AgentObject } from '#api/agent.ts';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { workspacePath } from '#api/workspace-path.ts';

import type { AgentObservation, AgentRelations } from './observation.ts';
import { mirrorPath } from './observe-repository.ts';
import type { Look, Readers } from './readers.ts';

const TEXT_MAX = 1024 * 1024;

/** Looks at what an agent may have to be told: its inbox in the pushed tree, the text of its wakes, and its phase's plan. */
export async function observeMessages(
  agent: AgentObject,
  related: AgentRelations,
  { readers }: Look,
): Promise<Pick<AgentObservation, 'inbox' | 'wakePrompt' | 'planHash'>> {
  const [inbox, wakePrompt, planHash] = await Promise.all([
    observeInbox(agent, related, readers),
    observeWakePrompt(agent, readers),
    observePlan(related, readers),
  ]);
  return { inbox, wakePrompt, planHash };
}

// At the commit that every other decision rests on, never in an agent's own clone.
async function observeInbox(agent: AgentObject, related: AgentRelations, readers: Readers): Promise<Fact<string>> {
  const { inbox } = agent.spec;
  if (inbox === undefined) return ABSENT;
  const { repository } = related;
  const commit = repository?.status?.commit;
  if (repository === undefined || commit === undefined)
    return unknown('NotFetched', 'the remote has not been read yet');
  return readers.git.blobAt(mirrorPath(readers.rig, repository.metadata.name), commit, inbox);
}

async function observeWakePrompt(agent: AgentObject, readers: Readers): Promise<Fact<string>> {
  const prompt = agent.spec.wake?.prompt;
  if (prompt === undefined) return ABSENT;
  if (prompt.inline !== undefined) return known(prompt.inline);
  const text = await readers.files.readText(prompt.file ?? '', TEXT_MAX);
  const applied = readers.appliedPrompt(`Agent/${agent.metadata.name}/wake`);
  return text.state !== 'known' && applied !== undefined ? known(applied) : text;
}

// What can not be read is no version of it: undefined decides nothing.
async function observePlan(related: AgentRelations, { files, rig, hash }: Readers): Promise<string | undefined> {
  const name = related.sequence?.status?.currentPhase;
  const phase = related.phases.find(({ metadata }) => metadata.name === name);
  if (phase === undefined) return undefined;
  const paths = [...(phase.spec.plan === undefined ? [] : [phase.spec.plan]), ...phase.spec.references];
  const texts = await Promise.all(paths.map((path) => files.readText(workspacePath(rig.workspace, path), TEXT_MAX)));
  const parts = texts.map((text, index) => [paths[index], text.state === 'known' ? text.value : '']);
  return texts.some(({ state }) => state === 'unknown') ? undefined : hash(JSON.stringify(parts));
}
