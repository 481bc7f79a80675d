import { execa } from 'execa';

import type { ServiceNotice, ServiceNotifier } from './service-notice.ts';

const TIMEOUT_MS = 5000;

/** What of the environment is used. */
export type NotifierEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The service manager that started this process, by the protocol of sd_notify(3); undefined when none waits for notices
 * (NOTIFY_SOCKET is not set). Node has no datagram sockets of the file system, so each notice is carried by
 * systemd-notify(1), a program of systemd's own that ends within milliseconds. The sender is then a child of the
 * service: the unit needs `NotifyAccess=all`. Since systemd 246 that program waits until its notice was read, so it can not
 * be gone before the manager has looked up whose it is.
 */
export function createServiceNotifier(environment: NotifierEnvironment, pid: number): ServiceNotifier | undefined {
  const socket = environment['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return undefined;
  const env = { NOTIFY_SOCKET: socket, PATH: environment['PATH'] ?? '/usr/bin:/bin' };
  return {
    watchdogMs: watchdogOf(environment, pid),
    async send(notice) {
      try {
        await execa('systemd-notify', assignments(notice), {
          env,
          extendEnv: false,
          stdin: 'ignore',
          timeout: TIMEOUT_MS,
        });
      } catch (error) {
        throw new Error(
          `could not tell the service manager at "${socket}" (${Object.keys(notice).join(', ')}); check that systemd-notify is on the PATH`,
          { cause: error },
        );
      }
    },
  };
}

// A line feed would begin another assignment.
function assignments(notice: ServiceNotice): readonly string[] {
  return Object.entries(notice).map(([name, value]) => `${name}=${value.replaceAll(/[\r\n]+/g, ' ')}`);
}

// WATCHDOG_PID names another process when the variables were inherited by mistake: sd_watchdog_enabled(3).
function watchdogOf(environment: NotifierEnvironment, pid: number): number | undefined {
  const owner = environment['WATCHDOG_PID'];
  if (owner !== undefined && owner !== '' && Number(owner) !== pid) return undefined;
  const periodUs = Number(environment['WATCHDOG_USEC']);
  return Number.isFinite(periodUs) && periodUs > 0 ? periodUs / 1000 : undefined;
}
