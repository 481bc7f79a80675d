import type { AgentObject } from '#api/agent.ts';

/** Variables that make git commit in the agent's name, whatever the clone is configured to; empty for an agent without an author. */
export function authorEnvironment({ spec }: AgentObject): Record<string, string> {
  if (spec.author === undefined) return {};
  const { name, email } = spec.author;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

/** The author as the record of a launch keeps it. */
export function authorWords({ spec }: AgentObject): string | undefined {
  return spec.author === undefined ? undefined : `${spec.author.name} <${spec.author.email}>`;
}
