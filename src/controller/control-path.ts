/** Where the controller of a state directory listens. In a file of its own, so that asking costs no more than a socket. */
export function controlSocketPath(stateDir: string): string {
  return `${stateDir}/control.sock`;
}
