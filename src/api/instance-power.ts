const POWERED_ON = ['Running', 'Ready'];

/**
 * True for the status of an instance whose guest runs. Incus says `Ready` instead of `Running` once the guest has told
 * it, over the guest's own API, that it has started.
 */
export function isPoweredOn(status: string | undefined): boolean {
  return status !== undefined && POWERED_ON.includes(status);
}
