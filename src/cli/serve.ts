import { statSync } from 'node:fs';

import type { Logger } from 'pino';

import { runController, type RunningController } from '#controller/run-controller.ts';
import { LifeKeeper } from '#controller/life-keeper.ts';
import type { World } from '#controller/world.ts';
import { createBootReader } from '#drivers/boot/real-boot.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { createFiles } from '#drivers/files/real-files.ts';

import { announce } from './announce.ts';
import type { Context } from './context.ts';
import { createControllerLog } from './controller-log.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { failOnMistakes } from './fail-on-mistakes.ts';
import { ManifestFollower } from './follow-manifests.ts';
import { parseHealthAddress, parseListenAddress, type ListenAddress } from './listen-address.ts';
import { noticesOf } from './service-notices.ts';
import { untilComplete } from './until-complete.ts';
import { untilSettled } from './until-settled.ts';
import { startWorld } from './start-world.ts';
import { refuseAgents } from './give-order.ts';

/** The options of `ccci run`. */
export type RunOptions = {
  readonly once: boolean;
  readonly untilComplete: boolean;
  readonly manifests: readonly string[];
  readonly recursive: boolean;
  readonly prune: boolean;
  /** Bound of `--once`. */
  readonly timeoutMs: number;
};

/** An end is given this long; what is still under way then is found and settled by the next start. */
const END_MS = 4000;
const STATE_LOOK_MS = 1000;

/** Runs the controller until it is told to end, or until what it was started for is done. */
export async function serve(options: RunOptions, context: Context): Promise<ExitCode> {
  await refuseAgents(context);
  const { webhookListen } = context.settings;
  const listen = webhookListen === undefined || options.once ? undefined : parseListenAddress(webhookListen);
  const health = options.once ? undefined : parseHealthAddress(context.settings.healthListen);
  const log = createControllerLog(context);
  const interrupted = new AbortController();
  context.onInterrupt(() => interrupted.abort());
  for (;;) {
    const end = await serveState({ options, context, log, interrupted: interrupted.signal, listen, health });
    if (end !== 'StateLost') return end;
    log.warn(
      { stateDir: context.settings.stateDir },
      'the state directory was removed; starting again from what is live',
    );
  }
}

type Session = {
  readonly options: RunOptions;
  readonly context: Context;
  readonly log: Logger;
  readonly interrupted: AbortSignal;
  /** Where webhooks are taken, if they are. */
  readonly listen: ListenAddress | undefined;
  /** Where questions about health are answered, if they are. */
  readonly health: ListenAddress | undefined;
};

// One life of a state directory.
async function serveState(session: Session): Promise<ExitCode | 'StateLost'> {
  const { options, context, log, interrupted } = session;
  const world = await startWorld(context);
  // Said before the first look, so that no repository is reported as unheard of in between.
  world.tools.readers.hints.isListening = options.once ? undefined : session.listen !== undefined;
  const running = await startController(world, session);
  const webhooks = await webhooksOf(world, running, session);
  const health = await healthOf(world, running, session);
  const service = options.once ? undefined : await serviceOf(world, running, session);
  const lost = watchState(world.rig.stateDir);
  const follower = followerOf(world, running, session);
  const ended = AbortSignal.any([interrupted, lost.signal]);
  try {
    const mistakes = await follower?.look();
    if (options.once && mistakes !== undefined && mistakes.length > 0) throw failOnMistakes(mistakes, context.terminal);
    follower?.start();
    service?.tellOnline(ended);
    const end = await goal(session, { world, running, ended });
    return lost.signal.aborted && !interrupted.aborted ? 'StateLost' : end;
  } finally {
    lost.close();
    await withinTime(endAll([health, webhooks, follower, running], service, interrupted));
    log.info({ pid: context.person.pid }, 'controller ended; agents were left as they are');
  }
}

async function startController(world: World, { context, log }: Session): Promise<RunningController> {
  const { pid } = context.person;
  try {
    const running = await runController(world, { log, pid });
    log.info({ pid, stateDir: world.rig.stateDir }, 'controller started');
    return running;
  } catch (error) {
    await world.close();
    throw error;
  }
}

// What a controller does that is to stay, beside one that ends by itself.
async function serviceOf(world: World, { controller }: RunningController, session: Session) {
  const life = keeperOf(world, session.log);
  await life.start();
  const notices = noticesOf(controller, session.context, session.log);
  return { life, notices, tellOnline: (ended: AbortSignal) => void tellOnline(world, session, ended) };
}

type Service = Awaited<ReturnType<typeof serviceOf>>;

function keeperOf({ rig }: World, log: Logger): LifeKeeper {
  const onError = (error: unknown) => log.warn({ error: String(error) }, 'could not note that the controller is there');
  const parts = { files: createFiles(), boot: createBootReader(), clock: createSystemClock() };
  return new LifeKeeper({ stateDir: rig.stateDir, ...parts, onError });
}

async function tellOnline(world: World, { context, log }: Session, ended: AbortSignal): Promise<void> {
  const at = { startedAtMs: context.now(), pid: context.person.pid };
  await announce(world, at, ended).catch((error: unknown) => {
    log.warn({ error: String(error) }, 'could not tell that the controller is online');
  });
}

function followerOf(world: World, running: RunningController, { options, context, log }: Session) {
  const { manifests: paths, recursive, prune } = options;
  if (paths.length === 0) return undefined;
  const enqueue = (keys: readonly string[]) => running.controller.enqueue(keys);
  return new ManifestFollower({ paths, cwd: context.cwd, recursive, prune, store: world.store, log, enqueue });
}

// An address that can not be had stops no crew; whoever asks there gets no answer, which says enough.
async function healthOf({ rig }: World, { controller }: RunningController, { log, health }: Session) {
  if (health === undefined) return undefined;
  const { serveHealth } = await import('#web/serve-health.ts');
  const options = { controller, files: createFiles(), stateDir: rig.stateDir, log, listen: health };
  return serveHealth(options).catch((error: unknown) => {
    log.warn({ error: String(error) }, 'not listening for questions about health');
    return undefined;
  });
}

async function webhooksOf(world: World, { controller }: RunningController, { log, listen }: Session) {
  if (listen === undefined) return undefined;
  const { serveWebhooks } = await import('#web/serve-webhooks.ts');
  return serveWebhooks({ world, controller, log, listen });
}

type Serving = { readonly world: World; readonly running: RunningController; readonly ended: AbortSignal };

async function goal({ options, context }: Session, { world, running, ended }: Serving): Promise<ExitCode> {
  if (options.once) return untilSettled({ world, running, ended, timeoutMs: options.timeoutMs }, context.terminal);
  if (options.untilComplete) return untilComplete(world.store, ended, context.terminal);
  await new Promise<void>((resolve) => {
    if (ended.aborted) resolve();
    ended.addEventListener('abort', () => resolve(), { once: true });
  });
  return EXIT.ok;
}

type Parts = readonly ({ close(): Promise<void> } | undefined)[];

// What was asked to end says so while it ends.
async function endAll(parts: Parts, service: Service | undefined, interrupted: AbortSignal): Promise<void> {
  const told = interrupted.aborted ? service?.notices?.stopping() : undefined;
  await Promise.all([told, service?.life.close(), closeAll(parts)]);
}

async function closeAll(parts: Parts): Promise<void> {
  for (const part of parts) await part?.close();
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, END_MS)));
  await Promise.race([work, over]).finally(() => clearTimeout(timer));
}

// Whoever removes the state directory removes the lock with it: another controller could start beside this one.
function watchState(stateDir: string): { readonly signal: AbortSignal; close(): void } {
  const lost = new AbortController();
  const identity = identityOf(stateDir);
  const timer = setInterval(() => {
    if (identityOf(stateDir) !== identity) lost.abort();
  }, STATE_LOOK_MS);
  return { signal: lost.signal, close: () => clearInterval(timer) };
}

function identityOf(stateDir: string): string {
  return [`${stateDir}/controller.lock`, `${stateDir}/format.json`]
    .map((path) => String(statSync(path, { throwIfNoEntry: false })?.ino))
    .join(' ');
}
