import { PreconditionFailed } from '#api/errors.ts';
import type { Action } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

/** The log may be this long, in bytes; a longer one is not touched. */
export const MAX_LOG_BYTES = 1024 * 1024;

/** Puts a boot into the log. Throws PreconditionFailed when the log is another than the one that was planned with. */
export async function recordBoot(
  { path, before, text }: Extract<Action, { type: 'RecordBoot' }>,
  { files }: Pick<Writers, 'files'>,
): Promise<OutcomeFacts> {
  if (text === before) return {};
  const now = await files.readText(path, MAX_LOG_BYTES);
  const isSame = now.state === 'absent' ? before === undefined : now.state === 'known' && now.value === before;
  if (!isSame) throw new PreconditionFailed(`"${path}" was changed since it was read`);
  await files.write(path, text, 0o644);
  return {};
}
