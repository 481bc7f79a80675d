import { randomBytes } from 'node:crypto';

import { act } from '#act/act.ts';
import type { Outcome } from '#act/outcome.ts';
import type { Notice } from '#api/notifier-status.ts';
import type { NotifierObject } from '#api/notifier.ts';
import { toIso } from '#api/time.ts';
import type { World } from '#controller/world.ts';
import { keyOf } from '#observe/object-set.ts';
import { renderNotice } from '#plan/notifier/render-notice.ts';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { refuseAgents } from './give-order.ts';
import { printable } from './printable.ts';
import { startWorld } from './start-world.ts';

/** Which notifier to try; all without a name. */
export type NotifyTestOptions = { readonly name: string | undefined };

/** Sends a test message through each notifier asked for, and prints how it went. Answers 1 when one failed. */
export async function testNotifiers(options: NotifyTestOptions, context: Context): Promise<ExitCode> {
  await refuseAgents(context);
  const world = await startWorld(context);
  try {
    const notifiers = await wanted(options, world);
    const ends = await Promise.all(notifiers.map((notifier) => sendTest(notifier, world, context)));
    for (const [index, { result, message }] of ends.entries()) {
      const name = `notifier/${notifiers[index]?.metadata.name ?? ''}`;
      if (result === 'Done') context.terminal.out(`${name} was told\n`);
      else context.terminal.err(`${name} could not be told: ${printable(message ?? '')}\n`);
    }
    return ends.every(({ result }) => result === 'Done') ? EXIT.ok : EXIT.failed;
  } finally {
    await world.close();
  }
}

async function wanted({ name }: NotifyTestOptions, world: World): Promise<readonly NotifierObject[]> {
  const { objects } = await world.tools.load();
  const all = objects.all('Notifier').filter(({ metadata }) => name === undefined || metadata.name === name);
  if (all.length > 0) return all;
  const what = name === undefined ? 'there is no notifier' : `there is no notifier ${JSON.stringify(name)}`;
  throw new CliError(what, { hint: 'apply one; docs/notifications.md has examples', code: EXIT.failed });
}

function sendTest(notifier: NotifierObject, world: World, { person, now }: Context): Promise<Outcome> {
  const id = `test-${randomBytes(4).toString('hex')}`;
  const notice: Notice = {
    ...{ id, sort: 'Test', severity: 'Normal', about: keyOf(notifier), reason: 'NotificationTest' },
    ...{ text: `${person.name} asked for this test; nothing is wrong`, at: toIso(now()), count: 1, attempts: 0 },
  };
  const why = { reason: 'NotificationTest', message: `a test of ${notifier.metadata.name}`, blast: 'none' } as const;
  const request = renderNotice(notifier.spec, notice);
  return act(keyOf(notifier), { type: 'SendNotice', ...why, id, request }, world.tools.writers);
}
