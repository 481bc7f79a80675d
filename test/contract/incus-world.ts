import assert from 'node:assert/strict';
import type { GuestReader, GuestWriter } from '#drivers/incus/guest.ts';
import { IncusError } from '#drivers/incus/incus.ts';
import type {
  CreateInstance,
  IncusReader,
  IncusWatcher,
  IncusWriter,
  OperationView,
  StateChange,
} from '#drivers/incus/incus.ts';

/** One server, real or not, with what a test needs to do around it. */
export type IncusWorld = {
  readonly reader: IncusReader;
  readonly writer: IncusWriter;
  readonly watcher: IncusWatcher;
  readonly guest: { readonly reader: GuestReader; readonly writer: GuestWriter };
  readonly project: string;
  readonly image: string;
  /** An image whose guests never end when asked. */
  readonly stuckImage: string;
  /** An image that takes long enough to unpack for something to happen meanwhile. */
  readonly slowImage: string;
  /** Lets time pass until the operation has ended, and answers how. */
  ended(id: string): Promise<OperationView>;
  /** Lets time pass until `holds`; fails when it never does. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
  /** Makes a complete, stopped instance as somebody else would. */
  addForeign(name: string): Promise<void>;
  killGuest(name: string): Promise<void>;
  /** Kills the daemon: guests live on, operations are lost. */
  crash(): Promise<void>;
  /** The daemon accepts connections and says nothing. */
  hang(): Promise<void>;
  /** The daemon is itself again. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
};

/** The world of the test that runs. */
export type GetWorld = () => IncusWorld;

/** Starts a guest. */
export const START: StateChange = { action: 'start', timeoutS: 10, force: false };

/** A small container of the world's own image. */
export function request(world: IncusWorld, name: string): CreateInstance {
  return {
    project: world.project,
    name,
    type: 'container',
    image: { alias: world.image },
    config: { 'limits.memory': '64MiB', 'user.ccci.rig': 'rig-1' },
    devices: { root: { type: 'disk', path: '/', pool: 'default' } },
    requestId: `request-${name}`,
  };
}

/** Makes a complete, stopped instance. */
export async function createdInstance(
  world: IncusWorld,
  name: string,
  imageAlias: string,
): Promise<{ project: string; name: string }> {
  const id = await world.writer.create({
    ...request(world, name),
    image: { alias: imageAlias },
    config: { 'limits.memory': '16MiB' },
  });
  assert.deepEqual(await world.ended(id), { status: 'Success' });
  return { project: world.project, name };
}

/** Makes an instance and starts it. */
export async function runningInstance(
  world: IncusWorld,
  name: string,
  imageAlias: string,
): Promise<{ project: string; name: string }> {
  const target = await createdInstance(world, name, imageAlias);
  assert.deepEqual(await changed(world, name, START), { status: 'Success' });
  return target;
}

/** Carries out a power change to its end. */
export async function changed(world: IncusWorld, name: string, change: StateChange): Promise<OperationView> {
  return await world.ended(await world.writer.changeState({ project: world.project, name }, change));
}

/** The power state, which must be known. */
export async function powerOf(
  world: IncusWorld,
  name: string,
): Promise<{ status: string; pid: number; processes: number }> {
  const fact = await world.reader.state(world.project, name);
  assert.equal(fact.state, 'known', JSON.stringify(fact));
  return fact.value;
}

/** Asserts that the work is refused for this reason. */
export async function refusedWith(reason: IncusError['reason'], work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof IncusError, String(error));
    assert.equal(error.reason, reason, error.message);
    return true;
  });
}
