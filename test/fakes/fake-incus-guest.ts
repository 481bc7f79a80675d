import type { GuestFile } from '#drivers/incus/guest.ts';
import type { InstanceMemory, InstanceUpdate, InstanceView, StateChange } from '#drivers/incus/incus.ts';

/** When an instance was last used that never was. */
const NEVER = '1970-01-01T00:00:00Z';

/** One instance of the fake, with what its guest is like. */
export type FakeInstance = {
  readonly project: string;
  readonly name: string;
  readonly type: string;
  status: 'Running' | 'Stopped' | 'Frozen' | 'Error';
  config: Record<string, string>;
  devices: Record<string, Record<string, string>>;
  createdAt: string;
  lastUsedAt: string;
  halfCreated: boolean;
  /** Whether the guest ends when asked. */
  polite: boolean;
  /** Whether the guest agent (or a container's init) answers while it runs. */
  answers: boolean;
  pid: number;
  revision: number;
  /** Its files by path, as far as anybody has put some there. */
  files: Map<string, GuestFile>;
  /** Names of its backups on the server. */
  backups: Set<string>;
};

const STATUS_CODES: Readonly<Record<string, number>> = { Running: 103, Stopped: 102, Frozen: 110, Error: 112 };

/** How long the fake daemon takes, in ms; the figures are those of a real one with small containers. */
export const FAKE_INCUS_MS = {
  create: 300,
  start: 100,
  forced: 550,
  polite: 650,
  freeze: 10,
  delete: 50,
  /** An operation is forgotten so long after its end. */
  forget: 5_000,
} as const;

/** What a power change comes to: after `afterMs` the status `status`, or the failure `error`. */
export type PowerOutcome = {
  readonly afterMs: number;
  readonly status?: 'Running' | 'Stopped' | 'Frozen';
  readonly error?: string;
};

type Guest = { readonly status: string; readonly polite: boolean; readonly halfCreated: boolean };

/** What the daemon makes of a power change, by the state of the guest: its table of states and actions. */
export function powerOutcome(guest: Guest, change: StateChange): PowerOutcome {
  switch (change.action) {
    case 'start':
      return startOutcome(guest);
    case 'freeze':
      if (guest.status === 'Frozen') return fails('The instance is already frozen');
      return guest.status === 'Running' ? turns(FAKE_INCUS_MS.freeze, 'Frozen') : fails("The instance isn't running");
    case 'unfreeze':
      if (guest.status === 'Frozen') return turns(FAKE_INCUS_MS.freeze, 'Running');
      return fails(guest.status === 'Running' ? 'The instance is already running' : "The instance isn't running");
    case 'stop':
      return endOutcome(guest, change, 'Stopped');
    case 'restart':
      return endOutcome(guest, change, 'Running');
  }
}

function startOutcome(guest: Guest): PowerOutcome {
  if (guest.status !== 'Stopped') return fails('The instance is already running');
  if (guest.halfCreated) return fails('Failed to handle idmapped storage: no such file or directory');
  return turns(FAKE_INCUS_MS.start, 'Running');
}

function endOutcome(guest: Guest, change: StateChange, status: 'Stopped' | 'Running'): PowerOutcome {
  if (guest.status === 'Stopped') return fails('The instance is already stopped');
  if (change.force) return turns(FAKE_INCUS_MS.forced, status);
  if (guest.polite && guest.status === 'Running') return turns(FAKE_INCUS_MS.polite, status);
  const error = `Failed shutting down instance, status is "${guest.status}": context deadline exceeded`;
  return { afterMs: change.timeoutS * 1_000, error };
}

function fails(error: string): PowerOutcome {
  return { afterMs: 1, error };
}

function turns(afterMs: number, status: 'Running' | 'Stopped' | 'Frozen'): PowerOutcome {
  return { afterMs, status };
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** A memory limit in bytes, or undefined when it is not an absolute size. */
export function memoryBytes(text: string | undefined): number | undefined {
  const found = /^(\d+)\s*([A-Za-z]*)$/.exec(text ?? '');
  const unit = UNITS[found?.[2] ?? ''];
  return found === null || unit === undefined ? undefined : Number(found[1]) * unit;
}

/** A complete, stopped, polite container, where nothing else is said. */
export function newInstance(like: Partial<FakeInstance> & { project: string; name: string }): FakeInstance {
  return {
    type: 'container',
    status: 'Stopped',
    config: {},
    devices: {},
    createdAt: NEVER,
    lastUsedAt: NEVER,
    halfCreated: false,
    polite: true,
    answers: true,
    pid: 0,
    revision: 0,
    files: new Map(),
    backups: new Set(),
    ...like,
  };
}

/** What the server calls the operation of a power change. */
export const DESCRIPTIONS = {
  start: 'Starting instance',
  stop: 'Stopping instance',
  restart: 'Restarting instance',
  freeze: 'Freezing instance',
  unfreeze: 'Unfreezing instance',
} as const satisfies Record<StateChange['action'], string>;

/** The instance as a reader sees it. */
export function viewOf(instance: FakeInstance): InstanceView {
  const { name, status, type, config, devices, createdAt, lastUsedAt, halfCreated, revision } = instance;
  const etag = `revision-${revision}`;
  const statusCode = STATUS_CODES[status] ?? 0;
  const copies = structuredClone({ config, devices });
  return { name, status, statusCode, type, ...copies, description: '', etag, createdAt, lastUsedAt, halfCreated };
}

/** What the instance may take of its project's memory. */
export function memoryOf({ name, status, config }: FakeInstance): InstanceMemory {
  const limit = config['limits.memory'];
  return { name, isRunning: status === 'Running' || status === 'Frozen', ...(limit === undefined ? {} : { limit }) };
}

/** The configuration with these keys changed; `null` takes one away. */
export function changedConfig(
  before: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const entries = Object.entries({ ...before, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** Changes configuration and devices of the instance. */
export function applyUpdate(instance: FakeInstance, update: InstanceUpdate): void {
  instance.config = changedConfig(instance.config, update.config);
  instance.devices = { ...instance.devices, ...(structuredClone(update.devices) as FakeInstance['devices']) };
  instance.revision += 1;
}
