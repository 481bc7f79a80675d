import { findCondition } from '#api/conditions.ts';
import type { VirtualMachineStatus } from '#api/virtual-machine.ts';

import { PRECONDITIONS } from './rig-shape.ts';
import type { SimulatedWorld } from './world.ts';

/** An instance that was just made, and a status that was being written meanwhile, may miss each other for so long. */
const GRACE_MS = 12_000;

/** Watches what becomes of the disk of the machine. */
export class MachineOracle {
  /** Approvals that a person gave, by id. */
  readonly given = new Set<string>();
  readonly #world: SimulatedWorld;
  /** Which disk each approval was used up for. */
  readonly #spent = new Map<string, string>();
  #last: VirtualMachineStatus | undefined;

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** The state directory was lost: nothing that was allowed is allowed any more. */
  forget(): void {
    this.given.clear();
    this.#last = undefined;
  }

  /** A status of the machine reaches the disk. */
  written(status: VirtualMachineStatus): void {
    this.#last = status;
    const isReady = findCondition(status.conditions, 'Ready')?.status === 'True';
    const missing = isReady ? this.missing() : undefined;
    if (missing !== undefined)
      this.#world.chronicle.violate(`the machine is called Ready without its precondition "${missing}"`);
  }

  /** A disk is wiped now. */
  wipes({ uuid }: { uuid: string }): void {
    const { chronicle } = this.#world;
    const detail = this.#last?.operation?.detail;
    const approval = this.#last?.consumedApproval ?? '';
    if (detail?.['kind'] !== 'Recreate' || detail['isPaid'] !== true || detail['uuid'] !== uuid)
      return chronicle.violate('a disk is wiped without an operation that was paid for');
    if (!this.given.has(approval)) return chronicle.violate('a disk is wiped without an approval that a person gave');
    const before = this.#spent.get(approval) ?? uuid;
    this.#spent.set(approval, uuid);
    if (before !== uuid) chronicle.violate('two disks are wiped for one approval');
  }

  /** A precondition that is not in the machine, when it has been there for a while; undefined when all are. */
  missing(): string | undefined {
    const instance = this.#world.incus.peek('ci', 'vm');
    const bornMs = Date.parse(instance?.createdAt ?? '');
    if (instance === undefined || this.#world.clock.now().wallMs - bornMs < GRACE_MS) return undefined;
    return PRECONDITIONS.find((name) => {
      const exit = instance.files.get(`/var/lib/ccci/steps/${name}/exit`);
      return exit?.bytes.toString().trim() !== '0';
    });
  }
}
