import { isKind, KIND_ORDER, KINDS, MANIFEST_KINDS, parseKindName, type Kind } from '#api/kind.ts';

import { COMMANDS } from './command-table.ts';
import type { Command } from './command.ts';
import type { Context } from './context.ts';
import { nameOf } from './find-objects.ts';
import { GLOBAL_FLAGS } from './flags.ts';

/** What may stand in the place of the last of these words. Never fails: a store that can not be read has no names. */
export async function candidates(words: readonly string[], context: Context): Promise<readonly string[]> {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1).filter((word) => !word.startsWith('-'));
  const [name] = before;
  if (name === undefined || name === 'help') return starting(last, commandNames());
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) return [];
  const command = await entry.load();
  if (last.startsWith('-')) return starting(last, flagNames(command));
  return starting(last, await wordsFor(command, { before: before.slice(1), last, context }));
}

type Place = { readonly before: readonly string[]; readonly last: string; readonly context: Context };

async function wordsFor({ completes }: Command<unknown>, place: Place): Promise<readonly string[]> {
  const { context, before, last } = place;
  switch (completes) {
    case 'Agents':
      return namesOf('Agent', context);
    case 'Logs':
      return ['controller', ...(await namesOf('Agent', context))];
    case 'Objects':
      return objectWords(last, context);
    case 'Kinds':
      return kindWordsFor(before, last, context);
    case 'Explain':
      return [...MANIFEST_KINDS.map((kind) => kind.toLowerCase()), ...(await objectWords(last, context))];
    case 'Shells':
      return ['bash', 'zsh', 'fish'];
    default:
      return [];
  }
}

async function kindWordsFor(before: readonly string[], last: string, context: Context): Promise<readonly string[]> {
  const kind = parseKindName(before[0] ?? '');
  if (kind !== undefined) return namesOf(kind, context);
  return last.includes('/') ? objectWords(last, context) : [...KIND_ORDER.map((one) => KINDS[one].plural), 'all'];
}

async function objectWords(last: string, context: Context): Promise<readonly string[]> {
  const word = last.split('/')[0] ?? '';
  const kind = parseKindName(word);
  if (!last.includes('/') || kind === undefined) return KIND_ORDER.map((one) => `${KINDS[one].singular}/`);
  return (await namesOf(kind, context)).map((name) => `${word}/${name}`);
}

async function namesOf(kind: Kind, context: Context): Promise<readonly string[]> {
  if (!isKind(kind)) return [];
  try {
    return (await (await context.openStore()).list(kind)).map(nameOf);
  } catch {
    return [];
  }
}

function commandNames(): readonly string[] {
  return Object.keys(COMMANDS).filter((name) => COMMANDS[name]?.group !== 'Hidden');
}

function flagNames({ flags }: Command<unknown>): readonly string[] {
  return Object.entries({ ...flags, ...GLOBAL_FLAGS })
    .filter(([, flag]) => !('hidden' in flag))
    .map(([name]) => `--${name}`);
}

function starting(last: string, words: readonly string[]): readonly string[] {
  return words.filter((word) => word.startsWith(last));
}
