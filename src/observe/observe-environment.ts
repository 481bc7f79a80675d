import type { AgentObject } from '#api/agent.ts';
import type { Fact } from '#api/fact.ts';

import type { Readers } from './readers.ts';

const ENV_FILE_MAX = 256 * 1024;

/** What can be said about an agent's environment without keeping a value: short hashes, and files that can not be read. */
export type EnvironmentView = {
  readonly hashes: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
};

/** Hashes every configured value, so that a changed one is noticed; env files count as one value each. */
export async function observeEnvironment(agent: AgentObject, readers: Readers): Promise<EnvironmentView> {
  const files = new Map<string, string>();
  const plain: [string, string][] = [];
  for (const { name, value, valueFrom } of agent.spec.env) {
    if (valueFrom === undefined) plain.push([name, readers.hash(`${name}=${value ?? ''}`)]);
    else files.set(name, valueFrom.file);
  }
  for (const path of agent.spec.envFiles) files.set(`file:${path}`, path);
  const read = await Promise.all(
    [...files].map(async ([name, path]) => ({ name, path, text: await readers.files.readText(path, ENV_FILE_MAX) })),
  );
  const problems = read.flatMap(({ path, text }) => problemOf(path, text) ?? []);
  const hashed = read.flatMap(({ name, text }) =>
    text.state === 'known' ? [[name, readers.hash(`${name}=${text.value}`)] as const] : [],
  );
  return { hashes: Object.fromEntries([...plain, ...hashed]), problems };
}

function problemOf(path: string, text: Fact<string>): string | undefined {
  if (text.state === 'known') return undefined;
  return `could not read "${path}": ${text.state === 'absent' ? 'there is no such file' : text.message}`;
}
