import { FOR_THE_SESSION } from '#api/delivery.ts';
import { renderPrompt } from '#api/prompt-template.ts';
import type { RepositoryObject } from '#api/repository.ts';
import { workspacePath } from '#api/workspace-path.ts';

import { phaseVariables } from '../gate-delivery.ts';

import { currentPhaseOf, type AgentCase } from './agent-case.ts';

/** The prompt of the next start. The first line of a restart says why, so that a loop re-orients; open matters stand at the end unless the template has its own place. */
export function startPrompt(at: AgentCase, template: string, restartReason: string | undefined): string {
  const openItems = at.seen.related.deliveries
    // What a phase has to say is about git, not about the session.
    .filter(({ spec: { cause } }) => cause.phase !== undefined || !FOR_THE_SESSION.includes(cause.kind))
    .map(({ spec }) => `- ${spec.text}`)
    .join('\n');
  const variables = promptVariables(at, { restartReason: restartReason ?? '', openItems });
  const body = renderPrompt(template, variables);
  const first =
    restartReason === undefined ? '' : `You were restarted: ${restartReason}. Re-orient from git before you go on.\n\n`;
  const last = openItems === '' || template.includes('run.openItems') ? '' : `\n\nOpen for you:\n${openItems}\n`;
  return `${first}${body}${last}`;
}

/** What a prompt of this agent may say about it, its phase, its repository and this run. */
export function promptVariables(
  at: AgentCase,
  run: { restartReason: string; openItems: string },
): Record<string, string> {
  const { agent, seen } = at;
  const phase = currentPhaseOf(at);
  const repository = seen.related.repository;
  return {
    'agent.name': agent.metadata.name,
    'agent.session': agent.spec.session,
    'agent.workdir': agent.spec.workdir,
    ...phaseVariables(phase),
    'phase.plan': planPath(at, phase?.spec.plan),
    'phase.references': (phase?.spec.references ?? []).map((path) => planPath(at, path)).join(' '),
    ...repositoryVariables(repository),
    'rig.name': seen.rig.id,
    'run.restartReason': run.restartReason,
    'run.openItems': run.openItems,
  };
}

function repositoryVariables(repository: RepositoryObject | undefined) {
  return { 'repository.url': repository?.spec.url ?? '', 'repository.branch': repository?.spec.branch ?? '' };
}

function planPath(at: AgentCase, path: string | undefined): string {
  if (path === undefined) return '';
  return workspacePath(at.seen.rig.workspace, path);
}
