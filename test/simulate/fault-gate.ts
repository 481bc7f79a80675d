import { unknown } from '#api/fact.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import { ConflictError, StorageError } from '#store/store.ts';

import type { Random } from './random.ts';

/** How often what goes wrong, as probabilities per call. */
export type FaultRates = {
  readonly unknownRead: number;
  readonly lateRead: number;
  readonly failBefore: number;
  readonly failAfter: number;
  readonly slowWrite: number;
  readonly deathBefore: number;
  readonly deathAfter: number;
};

/** Nothing goes wrong. */
export const NO_FAULTS: FaultRates = {
  unknownRead: 0,
  lateRead: 0,
  failBefore: 0,
  failAfter: 0,
  slowWrite: 0,
  deathBefore: 0,
  deathAfter: 0,
};

/** One life of the controller. Once it is over, nothing that it began goes on. */
export type Life = { isOver: boolean; readonly number: number };

/** What the gate before every driver needs. */
export type GateOptions = {
  readonly life: Life;
  readonly clock: Clock;
  readonly random: Random;
  readonly rates: () => FaultRates;
  readonly die: (where: string) => void;
  readonly tell: (text: string) => void;
  /** Called just before a write reaches the world. */
  readonly onWrite: (name: string, args: readonly unknown[]) => void;
};

type Sort = 'read' | 'write' | 'pass';

const READS = new Set([
  ...[
    'view',
    'capture',
    'read',
    'find',
    'tree',
    'mirrorHead',
    'log',
    'fileAt',
    'isAncestor',
    'readText',
    'folder',
    'spool',
    'tally',
  ],
  ...['instance', 'state', 'imageTarget', 'operation', 'operationsOn', 'memory', 'backup', 'file', 'look'],
]);
const PASSES = new Set(['isSessionName', 'watch', 'now', 'get', 'list', 'events', 'close']);
const LONGEST_DELAY_MS = 1000;

/** An error that the simulation made. Its message is recognised in what the controller logs. */
export const SIMULATED = 'simulated fault';

/** The driver behind a gate: calls fail, are late, find out nothing, or are the last thing that the controller did. */
export function gated<T extends object>(target: T, driver: string, options: GateOptions): T {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(target, {
    get(_target, property) {
      const known = wrapped.get(property);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function' || typeof property !== 'string') return value;
      const name = `${driver}.${property}`;
      const sort = sortOf(driver, property);
      // A stream of its own: a call more or less elsewhere does not make this seed another life.
      const at = { ...options, random: options.random.stream(name) };
      const call = (...args: unknown[]): unknown => {
        const run = (): unknown => Reflect.apply(value, target, args);
        if (sort === 'pass') return at.life.isOver && property !== 'isSessionName' ? never() : run();
        return sort === 'read' ? read(name, run, at) : write({ name, args, run }, at);
      };
      wrapped.set(property, call);
      return call;
    },
  });
}

function sortOf(driver: string, property: string): Sort {
  if (driver === 'store') return PASSES.has(property) ? 'pass' : 'write';
  if (PASSES.has(property)) return 'pass';
  if (driver === 'git-reader') return 'read';
  return READS.has(property) ? 'read' : 'write';
}

/** A promise that a dead controller waits for. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

async function read(name: string, run: () => unknown, at: GateOptions): Promise<unknown> {
  if (at.life.isOver) return never();
  const rates = at.rates();
  if (at.random.chance(rates.unknownRead)) {
    at.tell(`fault: ${name} finds out nothing`);
    return unknown(UNKNOWN[name.split('-')[0]?.split('.')[0] ?? ''] ?? 'ServerError', `${SIMULATED} in ${name}`);
  }
  const answer = await run();
  // The answer is of now; it arrives later, when the world may have moved on.
  if (at.random.chance(rates.lateRead)) await at.clock.sleep(at.random.between(20, LONGEST_DELAY_MS));
  return at.life.isOver ? never() : answer;
}

const UNKNOWN: Readonly<Record<string, string>> = {
  tmux: 'TmuxUnreachable',
  process: 'ProcessesUnreadable',
  git: 'TimedOut',
  incus: 'ServerHung',
  guest: 'ServerHung',
  backups: 'FileUnreadable',
  files: 'FileUnreadable',
};

async function write(
  { name, args, run }: { name: string; args: readonly unknown[]; run: () => unknown },
  at: GateOptions,
): Promise<unknown> {
  if (at.life.isOver) return never();
  const rates = at.rates();
  if (at.random.chance(rates.deathBefore)) return dies(`before ${name}`, at);
  if (at.random.chance(rates.failBefore)) throw fault(name, 'not done', at);
  if (at.random.chance(rates.slowWrite)) await at.clock.sleep(at.random.between(20, LONGEST_DELAY_MS));
  if (at.life.isOver) return never();
  at.onWrite(name, args);
  const answer = await run();
  if (at.life.isOver) return never();
  if (at.random.chance(rates.deathAfter)) return dies(`after ${name}`, at);
  if (at.random.chance(rates.failAfter)) throw fault(name, 'done all the same', at);
  return answer;
}

function dies(where: string, at: GateOptions): Promise<never> {
  at.die(where);
  return never();
}

function fault(name: string, how: string, at: GateOptions): Error {
  at.tell(`fault: ${name} fails (${how})`);
  if (!name.startsWith('store.')) return new Error(`${SIMULATED} in ${name} (${how})`);
  return at.random.chance(0.3)
    ? new ConflictError(name, 'status')
    : new StorageError('StorageUnavailable', `${SIMULATED} in ${name} (${how})`);
}
