/** What a service tells its service manager: the assignments of sd_notify(3). */
export type ServiceNotice = {
  readonly READY?: '1';
  readonly STOPPING?: '1';
  readonly WATCHDOG?: '1';
  /** One line for `systemctl status`. */
  readonly STATUS?: string;
};

/** Tells the service manager how the service is. */
export interface ServiceNotifier {
  /** After this long without a sign of life the service manager ends the service, in ms; undefined when it does not watch. */
  readonly watchdogMs: number | undefined;
  /** Resolves when the notice was handed over. Throws when it could not be; the service goes on all the same. */
  send(notice: ServiceNotice): Promise<void>;
}
