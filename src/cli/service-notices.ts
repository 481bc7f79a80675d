import type { Logger } from 'pino';

import type { Controller } from '#controller/controller.ts';
import { beat } from '#controller/heartbeat.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import type { ServiceNotice } from '#drivers/systemd/service-notice.ts';
import { createServiceNotifier } from '#drivers/systemd/real-service-notifier.ts';

import type { Context } from './context.ts';

/** Without a watchdog it is still told at this distance that the loop works, for `systemctl status`. */
const UNWATCHED_MS = 60_000;

/** What is told to the service manager. */
export type ServiceNotices = {
  /** Says that the service ends, and falls silent. */
  stopping(): Promise<void>;
};

/**
 * Tells the service manager that the controller is ready once every agent's first look has begun, and from then on that
 * it works, three times within the watchdog's time. Each sign of life goes through the queue of the agents first. Undefined when nobody waits for
 * notices. A notice that can not be handed over is logged.
 */
export function noticesOf(
  controller: Controller,
  { environment, person }: Context,
  log: Pick<Logger, 'warn'>,
): ServiceNotices | undefined {
  const notifier = createServiceNotifier(environment, person.pid);
  if (notifier === undefined) return undefined;
  const ended = new AbortController();
  let isReady = false;
  const send = async (notice: ServiceNotice) =>
    notifier
      .send(notice)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'no notice to the service manager'));
  const tell = async () => {
    await send(isReady ? { WATCHDOG: '1' } : { READY: '1', WATCHDOG: '1', STATUS: 'keeps the crew as it is declared' });
    isReady = true;
  };
  const periodMs = (notifier.watchdogMs ?? 3 * UNWATCHED_MS) / 3;
  void beat({ clock: createSystemClock(), periodMs, through: () => controller.beat(), tell }, ended.signal);
  return {
    async stopping() {
      ended.abort();
      await send({ STOPPING: '1', STATUS: 'ends; agents are left as they are' });
    },
  };
}
