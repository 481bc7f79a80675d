import { dirname, join } from 'node:path';

import type { AgentObject } from '#api/agent.ts';
import { valueOf } from '#api/fact.ts';

import type { Readers } from './readers.ts';

const SETTINGS_MAX = 1024 * 1024;

/**
 * The status line command of the user's own settings of claude, nearest first: the one of a launch hides it and
 * therefore runs it. Undefined for other programs, and when no settings name one.
 */
export async function observeStatusLine(agent: AgentObject, { files, rig }: Readers): Promise<string | undefined> {
  const { backend, workdir, env } = agent.spec;
  if (backend.type !== 'claude') return undefined;
  const own = new Map(env.map(({ name, value }) => [name, value]));
  const home = own.get('HOME') ?? rig.environment['HOME'];
  const config = own.get('CLAUDE_CONFIG_DIR') ?? (home === undefined ? undefined : join(home, '.claude'));
  const project = join(workdir, '.claude');
  const paths = [
    join(project, 'settings.local.json'),
    join(project, 'settings.json'),
    ...(config === undefined ? [] : [join(config, 'settings.json')]),
  ].filter((path, index, all) => all.indexOf(path) === index && dirname(path) !== '/');
  const texts = await Promise.all(paths.map(async (path) => valueOf(await files.readText(path, SETTINGS_MAX))));
  return texts.map((text) => commandIn(text ?? '')).find((command) => command !== undefined);
}

function commandIn(text: string): string | undefined {
  try {
    const settings = JSON.parse(text) as { readonly statusLine?: { readonly command?: unknown } } | null;
    const command = settings?.statusLine?.command;
    return typeof command === 'string' && command.trim() !== '' ? command : undefined;
  } catch {
    return undefined;
  }
}
