import type { Writers } from '#act/writers.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import type { IncusServer } from '#drivers/incus/incus.ts';
import type { Incus } from '#drivers/incus/real-incus.ts';
import type { ObjectSet } from '#observe/object-set.ts';
import type { Readers } from '#observe/readers.ts';

/** One connection per Incus server, made when it is first needed and shared by the machines on it. */
export class IncusServers {
  readonly #clock: Clock;
  readonly #objects: () => Promise<ObjectSet>;
  readonly #servers = new Map<string, Incus>();

  constructor(clock: Clock, objects: () => Promise<ObjectSet>) {
    this.#clock = clock;
    this.#objects = objects;
  }

  /** The driver for the server of one VirtualMachine key. Throws when there is no such object. */
  async of(key: string): Promise<Incus> {
    const machine = (await this.#objects()).find('VirtualMachine', key.slice(key.indexOf('/') + 1));
    if (machine === undefined) throw new Error(`could not find "${key}" in the store`);
    return this.forServer(serverOf(machine));
  }

  /** What observing may look at, by the key of a VirtualMachine. */
  sight(): Pick<Readers, 'incusOf' | 'machineOf'> {
    return {
      incusOf: async (key) => (await this.of(key)).reader,
      machineOf: async (key) => {
        const { guest, backups } = await this.of(key);
        return { guest: guest.reader, backups };
      },
    };
  }

  /** What acting may change, by the key of a VirtualMachine. */
  access(): Pick<Writers, 'incusOf' | 'machineOf'> {
    return { incusOf: async (key) => (await this.of(key)).writer, machineOf: (key) => this.of(key) };
  }

  /** The driver for one server. */
  async forServer(server: IncusServer): Promise<Incus> {
    const { createIncus } = await import('#drivers/incus/real-incus.ts');
    const id = JSON.stringify(server);
    const incus = this.#servers.get(id) ?? createIncus(server, { clock: this.#clock, random: Math.random });
    this.#servers.set(id, incus);
    return incus;
  }

  close(): void {
    for (const incus of this.#servers.values()) incus.close();
  }
}

/** The server of a machine, as the driver wants it. */
export function serverOf(machine: VirtualMachineObject): IncusServer {
  const { url, socket, certFile, keyFile, caFile, fingerprint, insecure } = machine.spec.server;
  if (url === undefined) return { kind: 'socket', path: socket ?? '' };
  return {
    kind: 'https',
    url,
    certFile: certFile ?? '',
    keyFile: keyFile ?? '',
    ...(caFile === undefined ? {} : { caFile }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(insecure === undefined ? {} : { insecure }),
  };
}
